"""Agents and units in figures; the definition of each number stands in `callqa.insights`."""

from typing import Literal

from pydantic import Field

from callqa.api.wire.call import Name
from callqa.api.wire.wire import Day, Wire
from callqa.insights.figures import ENOUGH, Board
from callqa.techniques import FAMILIES


class FigureQuery(Wire):
    """Which calls the figures are about."""

    first_day: Day
    """First local day, inclusive."""
    last_day: Day
    """Last local day, inclusive; at most 366 days later."""
    unit: Name | None = None
    """Unit id, with everything below it."""
    product: Name | None = None
    """As the manifest names it."""
    campaign: Name | None = None
    """As the manifest names it."""


class AgentsQuery(FigureQuery):
    """Figures side by side."""

    by: Literal["agent", "unit"] = "agent"
    """Agents, or the units directly below."""


class TrendQuery(FigureQuery):
    """Figures over time."""

    agent: Name | None = None
    """Only this person's calls."""
    step: Literal["day", "week", "month"] = "day"
    """Length of a period; weeks begin on Monday."""


class TechniqueQuery(FigureQuery):
    """Whose techniques, beside whose."""

    agent: Name | None = None
    """This person beside everybody else of the unit; left out: the unit beside everything else within reach."""


class AdherenceQuery(AgentsQuery):
    """Which checks."""

    what: Literal["step", "rule"] = "step"
    """Steps of the script, or rules."""
    agent: Name | None = None
    """Only this person's calls."""


class ShareShown(Wire):
    """A share of calls with its interval."""

    n: float
    """Calls it is the share of."""
    hits: float
    """Those that count."""
    rate: float | None
    """Share, 0..1; null out of nothing."""
    low: float | None
    """Lower end of Wilson's 95 % interval."""
    high: float | None
    """Upper end."""


class MeanShown(Wire):
    """Mean effective total of calls that have one."""

    n: int
    """Calls it is the mean of."""
    mean: float | None
    """The mean; null out of nothing."""
    low: float | None
    """Lower end of Student's 95 % interval; null with fewer than two calls."""
    high: float | None
    """Upper end."""


class FiguresShown(Wire):
    """Figures over some calls."""

    calls: int
    """All of them."""
    total: MeanShown
    """Mean effective total."""
    fatal: ShareShown
    """Calls on which a red line stands."""
    ordered: ShareShown
    """Calls with an order, of those of which it is known."""
    needs_human: int
    """Calls with a line that waits for a person."""


class PlacedShown(Wire):
    """An agent or unit among the others of the list."""

    board: Board
    """``good`` and ``poor``: apart from all others beyond chance; ``too_few``: too few scored calls to say."""
    best: int | None
    """Best place that the figures allow, from 1."""
    worst: int | None
    """Worst place that they allow."""
    difference: float | None
    """Own mean − mean of all others."""
    low: float | None
    """Lower end of its interval (Welch, widened for the number compared)."""
    high: float | None
    """Upper end."""


class AgentRow(Wire):
    """One agent, or one unit."""

    id: str
    """Person or unit id; a person unknown to the organisation is as the telephone system writes it."""
    name: str
    """As people write it."""
    unit: str | None
    """For agents: the unit of the latest calls."""
    unit_title: str
    """Its title."""
    figures: FiguresShown
    """Figures."""
    placed: PlacedShown
    """Among the others."""


class AgentsReport(Wire):
    """Agents or units side by side, the highest mean first; those with too few calls last."""

    enough: int = ENOUGH
    """Scored calls from which on somebody is ranked."""
    ranked: int
    """How many are."""
    all: FiguresShown
    """All calls together, also those of nobody known."""
    rows: tuple[AgentRow, ...]
    """Those with calls."""


class TrendPoint(Wire):
    """A period."""

    first_day: str
    """First day of it; for weeks and months possibly before the first asked for."""
    last_day: str
    """Last day."""
    figures: FiguresShown
    """Figures."""


class TrendReport(Wire):
    """Figures over time; periods without calls are left out."""

    step: Literal["day", "week", "month"]
    """Length of a period."""
    points: tuple[TrendPoint, ...]
    """In order."""


class Compared(Wire):
    """A technique or family, beside the others."""

    id: str
    """Label, or name of the family."""
    title: str
    """As people write it."""
    own: ShareShown
    """Calls in which it occurs."""
    own_times: float | None
    """Turns of it per call."""
    others: ShareShown
    """The same of the others."""
    others_times: float | None
    """Turns of it per call."""
    differs: bool
    """True where the two intervals do not overlap."""


class FamilyShown(Compared):
    """A family with its techniques."""

    labels: tuple[Compared, ...]
    """Its techniques."""


class TechniqueReport(Wire):
    """A profile of techniques beside the others'."""

    unit: str | None
    """The unit compared within, or asked for."""
    unit_title: str
    """Its title; empty for the whole reach."""
    own_calls: int
    """Calls of the profile."""
    others_calls: int
    """Calls of the others."""
    families: tuple[FamilyShown, ...] = Field(max_length=max(20, len(FAMILIES)))
    """In the policy's order."""


class CheckShown(Wire):
    """A step or rule."""

    id: str
    """Its id."""
    title: str
    """As the policy in force names it; the id where it is no longer there."""


class CellShown(ShareShown):
    """A check over some calls: steps kept, or rules broken."""

    check: str
    """Step or rule."""
    unsure: int
    """Calls in which it could not be heard; in neither count."""


class AdherenceRow(Wire):
    """One agent, or one unit."""

    id: str
    """Person or unit."""
    name: str
    """As people write it."""
    calls: int
    """All calls."""
    cells: tuple[CellShown, ...]
    """Checks that applied at least once."""


class AdherenceReport(Wire):
    """Steps kept (or rules broken) by agent or unit."""

    what: Literal["step", "rule"]
    """What was checked."""
    checks: tuple[CheckShown, ...]
    """In the policy's order."""
    all: tuple[CellShown, ...]
    """Over all calls."""
    rows: tuple[AdherenceRow, ...]
    """Those with calls, by unit and name."""
