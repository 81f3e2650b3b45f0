"""All figures of one evaluation, added up over its calls."""

from collections.abc import Sequence

from callqa.domain import Noun, Processed, Transcript
from callqa.evaluation.judgement import add_up, score_reactions, score_rules, score_steps, score_techniques
from callqa.evaluation.rates import Hits, macro, mean
from callqa.evaluation.speech import SpeechScore, score_speech
from callqa.evaluation.truth import Truth


class Judged(Noun):
    """What was made of one call, and what it really was."""

    heard: Processed
    """From the audio, raw text."""
    read: Processed
    """From the true text: the same rules and models without recognition errors."""
    ideal_total: float | None
    """Score that the labels demand."""
    truth: Truth
    """Who said what when."""


class CallFigures(Noun):
    """One call in the report."""

    call_id: str
    """The call."""
    speech: SpeechScore
    """Recognition."""
    total: float | None
    """Machine score from the audio."""
    ideal_total: float | None
    """Score that the labels demand."""

    @property
    def score_error(self) -> float | None:
        """|machine − ideal| in points; None where either has no total."""
        if self.total is None or self.ideal_total is None:
            return None
        return abs(self.total - self.ideal_total)


class Judgements(Noun):
    """Right and wrong decisions per id."""

    steps: dict[str, Hits]
    """Script steps: said or not."""
    rules: dict[str, Hits]
    """Rules: broken or not."""
    techniques: dict[str, Hits]
    """Technique labels, turn by turn."""
    reactions: dict[str, Hits]
    """Customer reactions, turn by turn."""

    def macro(self) -> dict[str, float | None]:
        """Mean F1 per kind."""
        kinds = {
            "steps": self.steps,
            "rules": self.rules,
            "techniques": self.techniques,
            "reactions": self.reactions,
        }
        return {name: macro(hits) for name, hits in kinds.items()}

    def unsure_share(self) -> float | None:
        """Share of step and rule verdicts left to a person."""
        judged = [*self.steps.values(), *self.rules.values()]
        unsure = sum(hits.unsure for hits in judged)
        decided = sum(
            hits.true_positive + hits.false_positive + hits.false_negative + hits.true_negative
            for hits in judged
        )
        return unsure / (unsure + decided) if unsure + decided else None


class Report(Noun):
    """An evaluation."""

    calls: tuple[CallFigures, ...]
    """Per call."""
    heard: Judgements
    """From the audio."""
    read: Judgements
    """From the true text: what remains wrong is not the recogniser's fault."""

    @property
    def speech(self) -> SpeechScore:
        """Recognition over all calls."""
        total = self.calls[0].speech
        for call in self.calls[1:]:
            total = total + call.speech
        return total

    @property
    def mean_score_error(self) -> float | None:
        """Mean |machine − ideal| over the calls that have both."""
        return mean([call.score_error for call in self.calls if call.score_error is not None])


def report(judged: Sequence[Judged]) -> Report:
    """Add up over at least one call."""
    figures = tuple(
        CallFigures(
            call_id=one.heard.call.id,
            speech=score_speech(one.heard.transcript, one.truth),
            total=one.heard.scorecard.total,
            ideal_total=one.ideal_total,
        )
        for one in judged
    )
    return Report(
        calls=figures,
        heard=_judge([(one.heard, one.heard.transcript, one.truth) for one in judged]),
        read=_judge([(one.read, one.read.transcript, one.truth) for one in judged]),
    )


def _judge(many: Sequence[tuple[Processed, Transcript, Truth]]) -> Judgements:
    return Judgements(
        steps=add_up([score_steps(one.findings, truth) for one, _, truth in many]),
        rules=add_up([score_rules(one.findings, truth) for one, _, truth in many]),
        techniques=add_up([score_techniques(one.techniques, text, truth) for one, text, truth in many]),
        reactions=add_up([score_reactions(one.techniques, text, truth) for one, text, truth in many]),
    )
