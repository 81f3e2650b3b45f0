"""Accuracy against ground truth: speech, times, steps, rules, techniques, scores.

Comes in: what callqa made of a call, and its ``Truth``. Goes out: counts that add up over calls, and rates with
intervals. Imports no other stage: whoever calls it runs the stages and hands over their results.
"""

from callqa.evaluation.ideal import ideal_findings, ideal_reading
from callqa.evaluation.judgement import (
    add_up,
    score_reactions,
    score_rules,
    score_steps,
    score_techniques,
    true_steps,
    true_violations,
)
from callqa.evaluation.rates import Errors, Hits, decided, macro, mean, wilson
from callqa.evaluation.report import CallFigures, Judged, Judgements, Report, report
from callqa.evaluation.speech import SpeechScore, compare, score_speech
from callqa.evaluation.truth import TrueTurn, Truth, TruthError, ideal_transcript, read_truth

__all__ = [
    "CallFigures",
    "Errors",
    "Hits",
    "Judged",
    "Judgements",
    "Report",
    "SpeechScore",
    "TrueTurn",
    "Truth",
    "TruthError",
    "add_up",
    "compare",
    "decided",
    "ideal_findings",
    "ideal_reading",
    "ideal_transcript",
    "macro",
    "mean",
    "read_truth",
    "report",
    "score_reactions",
    "score_rules",
    "score_speech",
    "score_steps",
    "score_techniques",
    "true_steps",
    "true_violations",
    "wilson",
]
