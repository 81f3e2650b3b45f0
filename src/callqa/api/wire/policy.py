"""The policy in business words, checked, and tried on a dialogue."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from callqa.api.wire.wire import Wire
from callqa.domain import Finding, PolicyRef, Scorecard
from callqa.policy.keys import Key


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


class NameShown(Wire):
    """What something is called."""

    id: str
    """Its id."""
    title: str
    """As the policy names it."""
    unit: str = ""
    """Of a measure's value: ``share``, ``ms``, ``count``, …"""


class NamesShown(Wire):
    """Names of a policy's parts, and of the measures."""

    steps: tuple[NameShown, ...]
    """Of the script."""
    rules: tuple[NameShown, ...]
    """Forbidden talk, red lines, norms."""
    techniques: tuple[NameShown, ...]
    """Labels."""
    items: tuple[NameShown, ...]
    """Of the rubric."""
    grades: tuple[NameShown, ...]
    """Bands of the rubric."""
    measures: tuple[NameShown, ...]
    """Of every call."""


FileName = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,32}\.yaml$")]
FileText = Annotated[str, StringConstraints(max_length=500_000)]


class PolicyFiles(Wire):
    """A policy as its files."""

    files: Annotated[dict[FileName, FileText], Field(min_length=1, max_length=10)]
    """``policy.yaml``, ``script.yaml``, … → text. Files left out are taken from the policy in force."""


class KeysShown(Wire):
    """What may be written in the files, for editors that help."""

    files: dict[str, tuple[Key, ...]]
    """File → keys."""


VersionName = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class DifferenceAsked(Wire):
    """Two versions, or a version and files being written."""

    old: VersionName
    """Version, hash, or ``latest``."""
    new: VersionName = "latest"
    """The same; with ``files`` the version whose other files are taken."""
    files: Annotated[dict[FileName, FileText], Field(max_length=10)] = Field(default_factory=dict)
    """Files being written."""


class ChangeShown(Wire):
    """One thing that is different."""

    part: str
    """方案, 话术, 规则, 产品事实, 销售技巧, 评分表, 隐私."""
    kind: Literal["added", "removed", "changed"]
    """New, gone, or different."""
    id: str
    """Id of the step, rule, item …; may be empty."""
    title: str
    """Its title."""
    what: str
    """Chinese sentence."""


class DifferenceShown(Wire):
    """What differs, in business words."""

    old: PolicyShown
    """Before."""
    new: PolicyShown
    """After."""
    changes: tuple[ChangeShown, ...]
    """In the order of the files; empty where both judge alike."""


class NewVersion(Wire):
    """A version to publish."""

    base: VersionName
    """The version it was made from."""
    files: Annotated[dict[FileName, FileText], Field(min_length=1, max_length=10)]
    """Its files; those left out are taken from the base."""
    version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
    """Its name, e.g. ``2026-12``."""
    valid_from: date
    """First day; today or later."""
    note: Annotated[str, StringConstraints(min_length=2, max_length=500, pattern=r"^[^\x00]*$")]
    """Why; kept in the trace."""


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
    base: VersionName = "latest"
    """The version whose other files are taken."""
    files: Annotated[dict[FileName, FileText], Field(max_length=10)] = Field(default_factory=dict)
    """A policy not published yet; none = the base as it is."""
    against: VersionName | None = None
    """A version to judge the same dialogue by, so that one sees what changes; left out: none."""


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


class Judged(Wire):
    """What a policy makes of a dialogue."""

    policy: PolicyRef
    """The policy used."""
    findings: tuple[Finding, ...]
    """Steps, then rules, with evidence."""
    near: tuple[NearShown, ...]
    """Near misses of rules."""
    scorecard: Scorecard
    """The card; times are estimated from the length of the text."""


class VerdictMoved(Wire):
    """A step or rule that comes out differently."""

    subject: Literal["step", "rule"]
    """Which."""
    id: str
    """Its id."""
    title: str
    """As the newer policy names it."""
    old: Finding | None
    """Before; null where the old policy does not have it."""
    new: Finding | None
    """After; null where the new one does not have it."""


class Tried(Judged):
    """What a policy makes of a dialogue, and what another made of it."""

    before: Judged | None = None
    """The version it was compared with."""
    moved: tuple[VerdictMoved, ...] = ()
    """What comes out differently, in the order of the findings."""


class BacktestAsked(Wire):
    """Files being written, to be tried on stored calls."""

    base: VersionName = "latest"
    """The version whose other files are taken."""
    files: Annotated[dict[FileName, FileText], Field(max_length=10)] = Field(default_factory=dict)
    """Files being written; none = the base as it is."""
    against: VersionName | None = None
    """The version to compare with, judged on the same stored words; left out: the base."""
    calls: Annotated[int, Field(ge=1, le=1000)] = 100
    """The newest so many calls within reach that scoring judges by this policy."""
    minutes_per_line: Annotated[float, Field(ge=0, le=60)] = 2.0
    """A reviewer's time for a line that waits for a person."""


class SideShown(Wire):
    """A step or rule under one policy."""

    broken: int
    """Calls on which it was broken."""
    per_thousand: float | None
    """The same per 1,000 calls."""
    unsure: int
    """Calls that were left to a person."""
    precision: float | None
    """Of those called broken and looked at by people, how many were."""
    precision_low: float | None
    """Lower end of its Wilson interval at 95 %."""
    precision_high: float | None
    """Upper end."""
    labelled: int
    """Verdicts "broken" that people looked at."""


class MovedRow(Wire):
    """A step or rule, old against new."""

    subject: Literal["step", "rule"]
    """Which."""
    id: str
    """Its id."""
    title: str
    """As the policy names it."""
    old: SideShown | None
    """Null where the old one does not have it."""
    new: SideShown | None
    """Null where the new one does not have it."""
    now_broken: int
    """Calls that flip to broken."""
    now_cleared: int
    """Calls that flip away from broken."""


class FlipShown(Wire):
    """A call that comes out differently."""

    call: str
    """The call."""
    agent: str
    """Whose; may be empty."""
    old_total: float | None
    """Before."""
    new_total: float | None
    """After."""
    delta: float | None
    """After minus before."""
    old_grade: str
    """Before."""
    new_grade: str
    """After."""
    changes: tuple[str, ...]
    """Chinese: which step or rule goes from what to what, with the words, masked."""


class GradeMoved(Wire):
    """Calls of one grade."""

    title: str
    """The grade."""
    old: int
    """Before."""
    new: int
    """After."""


class BacktestResult(Wire):
    """Old against new over the same calls."""

    calls: int
    """Calls that both judged."""
    labelled: int
    """Those of them that people reviewed."""
    old_mean: float | None
    """Mean total before."""
    new_mean: float | None
    """Mean total after."""
    old_minutes: float
    """Reviewers' minutes for lines that wait for a person, before."""
    new_minutes: float
    """After."""
    grades: tuple[GradeMoved, ...]
    """Grade by grade."""
    rows: tuple[MovedRow, ...]
    """Steps and rules that anybody broke or that move, the most moved first."""
    flips: tuple[FlipShown, ...]
    """Calls that come out differently, the greatest loss first; at most 500."""
    flipped: int
    """How many there are."""
    failed: tuple[str, ...]
    """Chinese: calls that could not be judged, and why."""


class LeftOut(Wire):
    """Calls that are another policy's, or that one of the two sides is not for."""

    why: str
    """Chinese."""
    calls: int
    """How many."""


class BacktestShown(Wire):
    """A trial on stored calls and how far it is."""

    id: str
    """Unique."""
    by: str
    """Who asked."""
    at: datetime
    """When."""
    state: Literal["running", "done", "failed"]
    """Where it stands."""
    done: int
    """Judgements made."""
    total: int
    """Judgements to make: every call by either side."""
    message: str
    """Chinese: why it failed."""
    policy: PolicyShown
    """What is tried."""
    against: PolicyShown
    """What it is compared with."""
    left_out: tuple[LeftOut, ...]
    """Newer calls, or as new, that say nothing about this policy: not judged, not failed; the most first."""
    result: BacktestResult | None
    """Once done."""
