"""Masked views: transcripts, quotes, findings, free text. Lengths never change, so offsets keep their meaning."""

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from callqa.domain import (
    Absence,
    Evidence,
    Explanation,
    Finding,
    Moment,
    Noun,
    Party,
    PersonalData,
    Quote,
    Reading,
    Removed,
    Slot,
    TechniqueReading,
    TextSpan,
    Transcript,
    Turn,
)
from callqa.policy.privacy import PrivacyPolicy
from callqa.privacy.find import search
from callqa.privacy.lines import Line

STAR = "*"
"""What stands for a hidden character."""
_EVERYTHING = PrivacyPolicy()

Tagged = TypeVar("Tagged", bound=Noun)


class Mask:
    """Hides one call's personal data wherever its words may turn up.

    Args:
        transcript: Raw.
        personal: From ``find_personal_data`` on that transcript.
    """

    def __init__(self, transcript: Transcript, personal: Iterable[PersonalData]) -> None:
        self._raw = transcript
        self._hidden: dict[int, list[TextSpan]] = {}
        secrets: set[str] = set()
        for one in personal:
            self._hidden.setdefault(one.turn, []).append(one.characters)
            said = transcript.turns[one.turn].text[one.characters.start : one.characters.end]
            secrets.update((said, re.sub(r"[\s，,、。.\-]+", "", said)))
        kept = sorted((secret for secret in secrets if len(secret) >= 2), key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, kept))) if kept else None

    def transcript(self) -> Transcript:
        """The transcript with ``*`` for every hidden character, in turn texts, words and removed text."""
        if self._raw.masked:
            return self._raw
        turns = tuple(self._turn(turn) for turn in self._raw.turns)
        removed = tuple(self._removed(one) for one in self._raw.removed)
        return self._raw.replace(turns=turns, removed=removed, masked=True)

    def quote(self, quote: Quote) -> Quote:
        """A quote with the hidden characters of its turn masked."""
        text = self._cover(quote.text, quote.turn, quote.characters.start)
        return quote if text == quote.text else quote.replace(text=text)

    def evidence(self, evidence: Evidence) -> Evidence:
        """Evidence with masked words; a call field that was read is masked as free text."""
        match evidence:
            case Quote():
                return self.quote(evidence)
            case Absence(nearest=Quote() as nearest):
                return evidence.replace(nearest=self.quote(nearest))
            case Reading(value=str() as value):
                return evidence.replace(value=self.text(value))
            case _:
                return evidence

    def finding(self, finding: Finding) -> Finding:
        """A finding with masked evidence, slots and explanation."""
        return finding.replace(
            evidence=tuple(self.evidence(one) for one in finding.evidence),
            slots=tuple(self._slot(slot) for slot in finding.slots),
            explanation=self._explanation(finding.explanation),
        )

    def reading(self, reading: TechniqueReading) -> TechniqueReading:
        """Technique tags, reactions and moments with masked quotes."""
        return reading.replace(
            tags=tuple(tag.replace(quote=self.quote(tag.quote)) for tag in reading.tags),
            reactions=tuple(tag.replace(quote=self.quote(tag.quote)) for tag in reading.reactions),
            moments=tuple(self._moment(moment) for moment in reading.moments),
        )

    def text(self, text: str) -> str:
        """Free text about this call: its secrets, and whatever looks like personal data by itself."""
        if self._secrets:
            text = self._secrets.sub(lambda match: STAR * len(match[0]), text)
        return mask_text(text)

    def _turn(self, turn: Turn) -> Turn:
        text = self._cover(turn.text, turn.index, 0)
        if text == turn.text:
            return turn
        words, position = [], 0
        for word in turn.words:
            piece = text[position : position + len(word.text)]
            words.append(word if piece == word.text else word.replace(text=piece))
            position += len(word.text)
        return turn.replace(text=text, words=tuple(words))

    def _cover(self, text: str, turn: int, offset: int) -> str:
        for hidden in self._hidden.get(turn, ()):
            start, end = max(0, hidden.start - offset), min(len(text), hidden.end - offset)
            if start < end:
                text = text[:start] + STAR * (end - start) + text[end:]
        return text

    def _removed(self, removed: Removed) -> Removed:
        return removed.replace(text=self.text(removed.text))

    def _slot(self, slot: Slot) -> Slot:
        evidence = self.evidence(slot.evidence) if slot.evidence else None
        if isinstance(evidence, Quote) and STAR in evidence.text and evidence != slot.evidence:
            value = STAR * len(slot.value) if slot.value else slot.value
            expected = STAR * len(slot.expected) if slot.expected else slot.expected
            return slot.replace(text=STAR * len(slot.text), value=value, expected=expected, evidence=evidence)
        return slot.replace(
            text=self.text(slot.text),
            value=self.text(slot.value) if slot.value else slot.value,
            expected=self.text(slot.expected) if slot.expected else slot.expected,
            evidence=evidence,
        )

    def _explanation(self, explanation: Explanation) -> Explanation:
        return explanation.replace(detail=self.text(explanation.detail))

    def _moment(self, moment: Moment) -> Moment:
        return moment.replace(
            objection=self.quote(moment.objection),
            handling=tuple(self.quote(one) for one in moment.handling),
            reaction=self.quote(moment.reaction) if moment.reaction else None,
        )


def mask(transcript: Transcript, personal: Iterable[PersonalData]) -> Transcript:
    """The masked view of a transcript: same turns, same lengths, ``masked=True``."""
    return Mask(transcript, personal).transcript()


def mask_findings(
    findings: Iterable[Finding], transcript: Transcript, personal: Iterable[PersonalData]
) -> tuple[Finding, ...]:
    """Findings with masked quotes, slots and explanations."""
    hidden = Mask(transcript, personal)
    return tuple(hidden.finding(finding) for finding in findings)


def mask_text(text: str, policy: PrivacyPolicy = _EVERYTHING) -> str:
    """Mask free text (a review's reason, a call field) by itself, without a call around it.

    Args:
        text: One or more lines; every line is judged on its own.
        policy: Kinds and threshold; everything by default.

    Returns:
        Text of the same length.
    """
    return "".join(_masked_line(line, policy) for line in re.split(r"(\n)", text))


def _masked_line(text: str, policy: PrivacyPolicy) -> str:
    if not text.strip():
        return text
    lines: Sequence[Line] = [Line(0, Party.unknown, text, 0, 1)]
    for found in search(lines, policy):
        text = text[: found.start] + STAR * (found.end - found.start) + text[found.end :]
    return text
