"""The operators a condition can be built from: one model each, told apart by ``op``.

How each is judged, and what ``unsure`` means for it, stands beside its code in ``callqa/compliance/operators``.
"""

from functools import lru_cache
from typing import Annotated, Literal, Self

import regex
from pydantic import AfterValidator, Field, model_validator

from callqa.domain import Noun, Party, Reaction, StepState, Verdict
from callqa.policy.rules.arithmetic import Formula
from callqa.policy.rules.exemplars import Exemplars
from callqa.policy.rules.scope import Scope
from callqa.policy.wording import Count, Duration, Wording

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Wordings = Annotated[tuple[Wording, ...], Field(min_length=1)]
Names = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]


_FEWEST_EXAMPLES = 10


def _compiles(pattern: str) -> str:
    try:
        regex.compile(pattern)
    except regex.error as error:
        raise ValueError(f"正则表达式写得不对：{error}") from error
    return pattern


Regex = Annotated[str, Field(min_length=1), AfterValidator(_compiles)]
"""A regular expression that compiled when it was loaded; it runs under a time limit."""


class Looking(Noun):
    """What every operator can say about where it looks."""

    party: Party | None = None
    """Whose turns; None = both."""
    scope: Scope = Scope()
    """Which stretch of the call."""


class _Counted(Looking):
    count: Count = Count()
    """How many hits make the condition true; at least one by default."""


class _Worded(_Counted):
    every: bool = False
    """True: every turn in scope must hit."""
    claims: bool | None = None
    """True: a hit that is negated, quoted from others or asked as a question does not count. By default true
    inside ``broken`` of a rule of kind ``forbidden``, false elsewhere."""


class Phrase(_Worded):
    """Words said, compared by sound."""

    op: Literal["phrase"]
    words: Wordings
    """Phrases to listen for."""
    need: Literal["any", "all", "none"] | Annotated[int, Field(ge=1)] = "any"
    """How many different phrases must be heard: any, all, none, or a number."""
    exclude: tuple[Wording, ...] = ()
    """A hit that overlaps one of these does not count (e.g. 绝对 inside 绝对值)."""
    joined: bool = True
    """True: a phrase may run on over the next turn of the same party (interruption)."""


class Pattern(_Worded):
    """Words with gaps, value lists, numbers and wildcards, compared by sound.

    ``保证{6}治好``: at most 6 characters between · ``[根治|断根]``: one of the list · ``<数字>``, ``<金额>``, ``<号码>``: a
    spoken number, an amount of money, a telephone number · ``?``: any one character · ``*``: anything up to the end of the turn.
    """

    op: Literal["pattern"]
    patterns: Names
    """Patterns; one of them suffices."""
    exclude: tuple[Wording, ...] = ()
    """A hit that overlaps one of these does not count."""

    @model_validator(mode="after")
    def _well_formed(self) -> Self:
        for text in self.patterns:
            parse_pattern(text)
        return self


class RegularExpression(_Worded):
    """A regular expression over a turn's characters (not its sound)."""

    op: Literal["regex"]
    regex: Regex
    """What to find."""
    exclude_regex: Regex | None = None
    """A hit that overlaps a match of this does not count."""


class Similar(_Worded):
    """A turn that means much the same as one of the sentences, or as the examples (which it learns from).

    Exactly one of ``sentences`` and ``examples`` is written.
    """

    op: Literal["similar"]
    sentences: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Sentences to compare with."""
    threshold: Share = 0.5
    """Cosine similarity with one of the sentences from which a turn counts."""
    examples: Exemplars | None = None
    """Sentences of both kinds to learn from; at least ten that are it."""
    sure_from: Share = 0.85
    """Learned probability from which a turn counts."""
    unsure_from: Share = 0.5
    """Learned probability from which a person should listen."""
    doubt_below: Share = 0.4
    """Second opinion: inside ``any``, what the other parts find in a turn of less learned probability goes to a person
    instead of being called broken; 0 = never."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.sentences) == (self.examples is not None):
            raise ValueError("similar 的 sentences 和 examples 要写且只写一个")
        if self.examples is not None and len(self.examples.like) < _FEWEST_EXAMPLES:
            raise ValueError(f"similar 的 examples 至少要有 {_FEWEST_EXAMPLES} 句像的（+ 开头），太少学不会")
        if self.unsure_from > self.sure_from:
            raise ValueError("unsure_from 比 sure_from 还大")
        return self


EntityKind = Literal["number", "money", "count", "duration", "date", "phone", "staff_number", "percent"]


class Entity(_Counted):
    """A kind of value said: number, money, duration, …"""

    op: Literal["entity"]
    entity: EntityKind
    """What kind."""
    at_least: float | None = None
    """Smallest value that counts, in the unit of the kind (yuan, days, per cent)."""
    at_most: float | None = None
    """Largest value that counts."""


class Leak(_Counted):
    """Something of a third person's told: who it is (name, home), how to reach them, or what is private to them."""

    op: Literal["leak"]
    claims: bool | None = None
    """True: what is denied or asked does not count. By default true inside ``broken`` of a rule of kind ``forbidden``."""


class Repeat(_Counted):
    """The same party says much the same again."""

    op: Literal["repeat"]
    similarity: Share = 0.8
    """How alike two turns must be (sound, 0..1)."""
    look_back: Annotated[int, Field(ge=0)] = 0
    """Compare with this many earlier turns of the party; 0 = all."""
    min_characters: Annotated[int, Field(ge=1)] = 6
    """Shorter turns are skipped."""
    exclude: tuple[Wording, ...] = ()
    """Turns that hold one of these are skipped."""


class Silence(_Counted):
    """Nobody speaks for a while."""

    op: Literal["silence"]
    longer_than: Duration
    """Milliseconds of silence from which it counts (exclusive)."""
    shorter_than: Duration | None = None
    """Upper bound (exclusive)."""
    before: Party | None = None
    """Only silences that end with this party speaking."""
    after: Party | None = None
    """Only silences that follow this party."""
    edges: bool = False
    """True: silence before the first and after the last turn counts too."""


class TalkOver(_Counted):
    """Both speak at once."""

    op: Literal["talk_over"]
    longer_than: Duration = 1000
    """Milliseconds of overlap from which it counts (exclusive)."""
    by: Party | None = None
    """Who breaks in; None = either."""
    after_speaking: Duration = 0
    """Counts only where the interrupted party had been talking this long."""
    finished_within: Duration = 0
    """Does not count where the interrupted turn ends this soon after the break-in."""


class Pace(_Counted):
    """Speech rate in characters per minute of the party's own speech."""

    op: Literal["pace"]
    faster_than: Annotated[float, Field(gt=0)] | None = None
    """Characters/min."""
    slower_than: Annotated[float, Field(gt=0)] | None = None
    """Characters/min."""
    over: Literal["call", "turn"] = "turn"
    """One figure for the whole scope, or each turn on its own."""
    min_characters: Annotated[int, Field(ge=1)] = 20
    """Shorter turns are skipped."""

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if self.faster_than is None and self.slower_than is None:
            raise ValueError("pace 要写 faster_than 或 slower_than")
        return self


class ResponseDelay(_Counted):
    """Time from the other party's last word to this party's first."""

    op: Literal["response_delay"]
    longer_than: Duration
    """Milliseconds (exclusive)."""


class NoResponse(_Counted):
    """A question or call of the other party that this party never answers."""

    op: Literal["no_response"]
    within: Duration = 10_000
    """Milliseconds in which an answer must begin."""
    to: tuple[Wording, ...] = ()
    """Only after turns holding one of these; empty = after any turn that asks."""


class Level(Looking):
    """Loudness of a party over the call, or its largest rise between neighbouring turns, from audio measures."""

    op: Literal["level"]
    measure: Annotated[str, Field(min_length=1)]
    """Name of a measure in dBFS or dB."""
    above: float | None = None
    """True above this."""
    below: float | None = None
    """True below this."""

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if self.above is None and self.below is None:
            raise ValueError("level 要写 above 或 below")
        return self


class Length(Looking):
    """How long the call, the stretch in scope, or a turn in it lasts."""

    op: Literal["duration"]
    of: Literal["call", "scope", "turn"] = "call"
    """What is measured; ``turn``: any single turn in scope."""
    longer_than: Duration | None = None
    """Milliseconds (exclusive)."""
    shorter_than: Duration | None = None
    """Milliseconds (exclusive)."""

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if self.longer_than is None and self.shorter_than is None:
            raise ValueError("duration 要写 longer_than 或 shorter_than")
        return self


class Turns(Looking):
    """Number of turns in scope."""

    op: Literal["turns"]
    count: Count
    """How many."""


class Technique(_Counted):
    """Turns tagged with a sales technique."""

    op: Literal["technique"]
    labels: Names
    """Technique labels, any of them."""
    min_probability: Share = 0.0
    """Tags below this do not count (on top of the label's own threshold)."""


class Reacts(_Counted):
    """Customer turns with a reaction."""

    op: Literal["reaction"]
    reactions: Annotated[tuple[Reaction, ...], Field(min_length=1)]
    """Any of these."""
    min_probability: Share = 0.5
    """Tags below this do not count."""


class StepIs(Noun):
    """How a step of the script turned out."""

    op: Literal["step"]
    step: str
    """Step id."""
    states: Annotated[tuple[StepState, ...], Field(min_length=1)] = (StepState.said, StepState.paraphrased)
    """True in any of these states."""


class FactIs(_Counted):
    """What was said about a fact."""

    op: Literal["fact"]
    facts: Names
    """Fact ids, any of them."""
    said: Literal["wrong", "right"] = "wrong"
    """Count wrong or right statements."""


class FieldIs(Noun):
    """Comparison of a call field, or of arithmetic between fields."""

    op: Literal["field"]
    left: Formula
    """``ordered``, ``amount - 定金``, any column of the manifest."""
    compare: Literal["=", "!=", "<", "<=", ">", ">=", "in", "contains", "empty", "not_empty"] = "="
    """How; ``in``: the field is one of ``right``; ``contains``: the field's text holds ``right``."""
    right: bool | float | str | tuple[bool | float | str, ...] | None = None
    """A value or a list of values."""
    right_formula: Formula | None = None
    """Instead of ``right``: another field or arithmetic."""

    @model_validator(mode="after")
    def _operands(self) -> Self:
        given = self.right is not None or self.right_formula is not None
        if self.compare in {"empty", "not_empty"}:
            if given:
                raise ValueError("empty、not_empty 不要写 right")
        elif not given:
            raise ValueError("要写 right 或 right_formula")
        if self.right is not None and self.right_formula is not None:
            raise ValueError("right 和 right_formula 只能写一个")
        if self.compare == "in" and not isinstance(self.right, tuple):
            raise ValueError("in 的 right 要写成列表")
        return self


class MeasureIs(Noun):
    """Comparison of any measure of the call."""

    op: Literal["measure"]
    measure: Annotated[str, Field(min_length=1)]
    """Name of the measure."""
    above: float | None = None
    """True above this (exclusive)."""
    below: float | None = None
    """True below this (exclusive)."""

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if self.above is None and self.below is None:
            raise ValueError("measure 要写 above 或 below")
        return self


class RuleIs(Noun):
    """The verdict of another rule (prerequisite rule)."""

    op: Literal["rule"]
    rule: str
    """Rule id."""
    verdicts: Annotated[tuple[Verdict, ...], Field(min_length=1)] = (Verdict.broken,)
    """True at any of these."""


Operator = Annotated[
    Phrase
    | Pattern
    | RegularExpression
    | Similar
    | Entity
    | Leak
    | Repeat
    | Silence
    | TalkOver
    | Pace
    | ResponseDelay
    | NoResponse
    | Level
    | Length
    | Turns
    | Technique
    | Reacts
    | StepIs
    | FactIs
    | FieldIs
    | MeasureIs
    | RuleIs,
    Field(discriminator="op"),
]
"""Any of them, told apart by ``op``."""

Gap = tuple[Literal["gap"], int]
Literals = tuple[Literal["words"], tuple[str, ...]]
NumberSlot = tuple[Literal["number", "money", "phone"], None]
PatternPart = Gap | Literals | NumberSlot
_PART = regex.compile(r"\{(\d{1,3})\}|\[([^\[\]]*)\]|<(数字|金额|号码)>|(\?)|(\*)|([^\[\]{}<>?*]+)")


_SLOTS: dict[str, Literal["number", "money", "phone"]] = {
    "数字": "number",
    "金额": "money",
    "号码": "phone",
}


@lru_cache(maxsize=4096)
def parse_pattern(text: str) -> tuple[PatternPart, ...]:
    """Parts of a pattern in order; ``?`` is a gap of exactly one written as gap 1, ``*`` a gap of 999.

    Raises:
        ValueError: Brackets that do not close, an empty list, or a pattern that names no word.
    """
    parts: list[PatternPart] = []
    position = 0
    while position < len(text):
        found = _PART.match(text, position)
        if found is None:
            raise ValueError(f"句式“{text}”第 {position + 1} 个字起看不懂，例：保证{{6}}[根治|治好]")
        position = found.end()
        gap, listed, slot, one, rest, words = found.groups()
        if gap is not None:
            parts.append(("gap", int(gap)))
        elif listed is not None:
            options = tuple(option.strip() for option in listed.split("|"))
            if not all(any(c.isalnum() for c in option) for option in options):
                raise ValueError(f"句式“{text}”的方括号里有空的选项")
            parts.append(("words", options))
        elif slot is not None:
            parts.append((_SLOTS[slot], None))
        elif one is not None:
            parts.append(("gap", 1))
        elif rest is not None:
            parts.append(("gap", 999))
        elif words is not None and any(c.isalnum() for c in words):
            parts.append(("words", (words.strip(),)))
    if not any(kind != "gap" for kind, _ in parts):
        raise ValueError(f"句式“{text}”里没有要听的词")
    return tuple(parts)
