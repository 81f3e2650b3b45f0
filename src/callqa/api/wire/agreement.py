"""Agreement and calibration."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from callqa.api.wire.review import BlindLine, Item, Points
from callqa.api.wire.wire import Id, Wire, Words
from callqa.domain import Answer, CalibrationRound
from callqa.review import Drift, ItemAgreement, Leaning, RoundResult

CallName = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class AgreementShown(Wire):
    """How far raters agree, from blind reviews and calibration rounds; the machine is one more rater."""

    calls: int
    """Calls with answers of two people or of one and the machine."""
    items: tuple[ItemAgreement, ...]
    """Per item, the least agreement first."""
    leanings: tuple[Leaning, ...]
    """Who is lenient or harsh."""
    drifts: tuple[Drift, ...]
    """How that moves by week."""


class RoundAsked(Wire):
    """A calibration round to set up."""

    title: Title
    """E.g. 十一月第三周校准."""
    unit: Id
    """The unit it belongs to."""
    calls: Annotated[tuple[CallName, ...], Field(min_length=1, max_length=50)]
    """The calls; all within reach of everybody named."""
    raters: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    """Who answers."""
    expert: Id
    """Whose answers count as right."""


class RoundAnswer(Wire):
    """Points on one line."""

    item: Item
    """Rubric item."""
    points: Points | None
    """0 … full marks; null = could not hear, or does not apply."""


class RoundAnswers(Wire):
    """Answers on one call."""

    call: CallName
    """The call."""
    answers: Annotated[tuple[RoundAnswer, ...], Field(min_length=1, max_length=300)]
    """By item."""


class NoteAsked(Wire):
    """What was agreed in the discussion."""

    note: Words
    """In words."""


class RoundShown(Wire):
    """A round; answers of others, and the result, once it is closed."""

    round: CalibrationRound
    """The round."""
    answers: tuple[Answer, ...]
    """One's own; everybody's once closed."""
    forms: dict[str, tuple[BlindLine, ...]]
    """Call → the form to fill in, without what anybody gave."""
    waiting: tuple[str, ...]
    """Who has not answered every call."""
    result: RoundResult | None
    """Against the expert; null while open."""
    state: Literal["open", "closed"]
    """Closed rounds show everything."""
    names: dict[str, str]
    """Person id → name, of everybody who takes part."""
