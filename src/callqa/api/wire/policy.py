"""The policy in business words, checked, and tried on a dialogue."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from callqa.api.wire.wire import Wire
from callqa.domain import Finding, PolicyRef, Scorecard


class PolicyShown(Wire):
    """A policy of the centre."""

    ref: PolicyRef
    """Id, version, hash."""
    title: str
    """As people read it."""
    valid_from: date
    """First day."""
    valid_to: date | None
    """Last day, inclusive."""
    products: tuple[str, ...]
    """Products it covers; empty = all."""
    campaigns: tuple[str, ...]
    """Campaigns it covers; empty = all."""


class ChapterShown(Wire):
    """One table of the handbook."""

    title: str
    """Heading."""
    intro: str
    """Before the table."""
    columns: tuple[str, ...]
    """Headings."""
    rows: tuple[tuple[str, ...], ...]
    """Cells."""


class HandbookShown(Wire):
    """A policy in business words."""

    policy: PolicyShown
    """Which."""
    chapters: tuple[ChapterShown, ...]
    """Script, rules, examples, facts, techniques, rubric, grades."""


FileName = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,32}\.yaml$")]
FileText = Annotated[str, StringConstraints(max_length=500_000)]


class PolicyFiles(Wire):
    """A policy as its files."""

    files: Annotated[dict[FileName, FileText], Field(min_length=1, max_length=10)]
    """``policy.yaml``, ``script.yaml``, … → text. Files left out are taken from the policy in force."""


class PolicyFault(Wire):
    """Something to mend."""

    file: str
    """File."""
    line: int
    """Line, from 1."""
    path: str
    """Key path."""
    message: str
    """Chinese sentence."""


class ExampleShown(Wire):
    """An example on which its rule does not do what it should."""

    rule: str
    """Rule id."""
    kind: str
    """``broken`` or ``fine``."""
    number: int
    """Place in the list, from 0."""
    text: str
    """The example."""
    message: str
    """What came out, and why."""


class Checked(Wire):
    """What a check found."""

    good: bool
    """True: no fault, all examples as they should be."""
    faults: tuple[PolicyFault, ...]
    """Faults of the files."""
    examples: tuple[ExampleShown, ...]
    """Examples that fail; looked at only where the files have no fault."""


class Dialogue(Wire):
    """A dialogue to try a policy on."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=100_000, pattern=r"^[^\x00]*$")]
    """Lines ``坐席：…`` and ``客户：…``; a header like ``# ordered: 是`` before them."""
    files: Annotated[dict[FileName, FileText], Field(max_length=10)] = Field(default_factory=dict)
    """A policy not published yet; files left out are taken from the policy in force."""


class NearShown(Wire):
    """What came nearest to a rule that stayed silent."""

    rule: str
    """Rule id."""
    turn: int
    """Index of the turn."""
    text: str
    """What was said."""
    wording: str
    """The phrase it came near to."""
    similarity: float
    """0..1."""
    threshold: float
    """From which it would have counted."""


class Tried(Wire):
    """What a policy makes of a dialogue."""

    policy: PolicyRef
    """The policy used."""
    findings: tuple[Finding, ...]
    """Steps, then rules, with evidence."""
    near: tuple[NearShown, ...]
    """Near misses of rules."""
    scorecard: Scorecard
    """The card; times are estimated from the length of the text."""
