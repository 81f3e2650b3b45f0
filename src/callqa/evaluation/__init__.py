"""Accuracy against ground truth: speech, times, steps, rules, techniques, scores.

Comes in: what callqa made of a call, and its ``Truth``. Goes out: counts that add up over calls, and rates with
intervals. Imports no other stage: whoever calls it runs the stages and hands over their results.
"""

from callqa.evaluation.compliance import Figures, Heard, Rival, Tally, count, macro_f1, total
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
from callqa.evaluation.keywords import rules_broken, steps_said
from callqa.evaluation.noise import Disturbed, Garbler, disturb, undisturbed
from callqa.evaluation.rates import Errors, Hits, decided, macro, mean, wilson
from callqa.evaluation.report import CallFigures, Judged, Judgements, Report, report
from callqa.evaluation.speech import SpeechScore, compare, score_speech
from callqa.evaluation.truth import TrueTurn, Truth, TruthError, ideal_transcript, read_truth

__all__ = [
    "CallFigures",
    "Disturbed",
    "Errors",
    "Figures",
    "Garbler",
    "Heard",
    "Hits",
    "Judged",
    "Judgements",
    "Report",
    "Rival",
    "SpeechScore",
    "Tally",
    "TrueTurn",
    "Truth",
    "TruthError",
    "add_up",
    "compare",
    "count",
    "decided",
    "disturb",
    "ideal_findings",
    "ideal_reading",
    "ideal_transcript",
    "macro",
    "macro_f1",
    "mean",
    "read_truth",
    "report",
    "rules_broken",
    "score_reactions",
    "score_rules",
    "score_speech",
    "score_steps",
    "score_techniques",
    "steps_said",
    "total",
    "true_steps",
    "true_violations",
    "undisturbed",
    "wilson",
]
