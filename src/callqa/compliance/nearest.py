"""How near did a call come to a rule's words? For the workbench, where a rule that stays silent has to be explained."""

from callqa.compliance.checker import Checker
from callqa.compliance.judge import operators_in
from callqa.compliance.sound import hear
from callqa.domain import Noun, Quote, TextSpan, Transcript
from callqa.policy.rules.operators import Phrase


class NearMiss(Noun):
    """The words that sounded most like one of a rule's phrases."""

    quote: Quote
    """What was said."""
    wording: str
    """The phrase it came near to."""
    similarity: float
    """0..1, by sound."""
    threshold: float
    """Similarity from which it would have counted."""


def near_misses(transcript: Transcript, checker: Checker) -> dict[str, NearMiss]:
    """The nearest words to the phrases of each rule, hits among them.

    Args:
        transcript: Raw turns.
        checker: The prepared policy.

    Returns:
        Rule id → nearest words said by the party the phrase is for. Rules without a ``phrase`` are left out, and
        those of whose party nothing was heard.
    """
    lines = [hear(turn.text) for turn in transcript.turns]
    found: dict[str, NearMiss] = {}
    for rule in checker.rules.rules:
        # an `except` excuses: what comes near to it comes near to nothing forbidden
        for phrase in operators_in((rule.broken, rule.met, rule.conditions), Phrase):
            own = [turn for turn in transcript.turns if phrase.party is None or turn.party is phrase.party]
            numbers = [checker.book.number(word) for word in phrase.words]
            best = checker.book.nearest(numbers, [lines[turn.index] for turn in own])
            if best is None or (rule.id in found and found[rule.id].similarity >= best.similarity):
                continue
            turn = own[best.line]
            heard = lines[turn.index]
            where = TextSpan(start=heard.starts[best.start], end=max(heard.ends[best.start : best.end]))
            found[rule.id] = NearMiss(
                quote=turn.quote(where),
                wording=checker.book.text(best.phrase),
                similarity=round(best.similarity, 3),
                threshold=round(checker.book.threshold(best.phrase), 3),
            )
    return found
