"""Who may do what, and how far: the one table. Every route names a right; the tests walk both."""

from collections.abc import Iterable
from enum import StrEnum

from callqa.domain import Role


class Reach(StrEnum):
    """How far a right goes."""

    none = "none"
    """Not at all."""
    own = "own"
    """What is one's own: own calls, own assignments, own tasks, own tokens."""
    unit = "unit"
    """The unit of the post and everything below it."""
    all = "all"
    """The whole centre."""


class Right(StrEnum):
    """What can be done. A token's scopes are a choice of these names."""

    account = "account"
    """Oneself: who am I, change the password, own tokens, own notifications."""
    tokens_all = "tokens.all"
    """Everybody's tokens: list and revoke."""
    org_read = "org.read"
    """Units and people."""
    org_write = "org.write"
    """Import the organisation, change people, reset passwords."""
    calls_read = "calls.read"
    """Calls with masked transcript, findings, scorecard, muted audio."""
    calls_raw = "calls.raw"
    """Raw transcript and unmuted audio; the person needs the mark ``raw`` as well, and every use is recorded."""
    calls_upload = "calls.upload"
    """Hand in recordings."""
    jobs_read = "jobs.read"
    """How uploads and re-scores are getting on."""
    rescore = "rescore"
    """Score stored calls again."""
    webhooks = "webhooks"
    """Who outside is told what."""
    review = "review"
    """Write events into the ledger."""
    plan = "plan"
    """Make the day's plan, move work between reviewers."""
    plan_read = "plan.read"
    """See plans and rates."""
    queue = "queue"
    """Own assignments: claim, release, skip, finish."""
    appeal_file = "appeal.file"
    """File, withdraw, take further: the call's agent."""
    appeal_read = "appeal.read"
    """See appeals."""
    appeal_rule_leader = "appeal.rule.leader"
    """First decision."""
    appeal_rule_director = "appeal.rule.director"
    """Second decision."""
    appeal_rule_final = "appeal.rule.final"
    """Last decision."""
    appeal_apply = "appeal.apply"
    """Carry an upheld appeal over to calls with the same error."""
    agreement = "agreement"
    """How far reviewers agree, who is lenient or harsh."""
    calibrate = "calibrate"
    """Set up and close calibration rounds."""
    calibrate_answer = "calibrate.answer"
    """Answer in a round one is named in."""
    coach = "coach"
    """Set coaching tasks and follow them up."""
    coach_read = "coach.read"
    """See coaching tasks; an agent sees own ones, acknowledges and exercises."""
    propose = "propose"
    """Confirm or dismiss what a grade band proposes."""
    handover = "handover"
    """Draw up and sign handovers one is part of."""
    handover_confirm = "handover.confirm"
    """Confirm handovers of people of one's unit."""
    collections_read = "collections.read"
    """See collections of calls; of each, the calls that one may see anyway."""
    collections_hear = "collections.hear"
    """Hear collections that are shared with the agents of one's unit: masked, muted, whosever calls they are."""
    collect = "collect"
    """Make collections, put calls and clips in."""
    health = "health"
    """Health cards of rules."""
    labels = "labels"
    """Export corrections as labels."""
    policy_read = "policy.read"
    """Script and rules in business words."""
    policy_try = "policy.try"
    """Check a policy, try a dialogue, compare versions, try a version on stored calls."""
    policy_write = "policy.write"
    """Publish a new version."""
    reports = "reports"
    """The day in figures."""
    audit = "audit"
    """The trace: list and verify."""
    retention = "retention"
    """Rules of keeping, legal holds."""
    erase = "erase"
    """Erase one customer's data."""


_GM, _DIR, _CAP, _LEAD, _TRAIN, _INSP, _AGENT, _ADMIN = (
    Role.general_manager,
    Role.director,
    Role.captain,
    Role.leader,
    Role.trainer,
    Role.inspector,
    Role.agent,
    Role.administrator,
)
_COLUMNS = (_GM, _DIR, _CAP, _LEAD, _TRAIN, _INSP, _AGENT, _ADMIN)
_ALL, _UNIT, _OWN, _NO = Reach.all, Reach.unit, Reach.own, Reach.none

# fmt: off
_ROWS: dict[Right, tuple[Reach, ...]] = {
    #                            总经理  主管    队长   小组长  培训师  质检员  坐席   管理员
    Right.account:              (_OWN,   _OWN,   _OWN,   _OWN,   _OWN,   _OWN,   _OWN,  _OWN),
    Right.tokens_all:           (_NO,    _NO,    _NO,    _NO,    _NO,    _NO,    _NO,   _ALL),
    Right.org_read:             (_ALL,   _UNIT,  _UNIT,  _UNIT,  _UNIT,  _UNIT,  _OWN,  _ALL),
    Right.org_write:            (_NO,    _NO,    _NO,    _NO,    _NO,    _NO,    _NO,   _ALL),
    Right.calls_read:           (_ALL,   _UNIT,  _UNIT,  _UNIT,  _UNIT,  _UNIT,  _OWN,  _NO),
    Right.calls_raw:            (_ALL,   _UNIT,  _UNIT,  _UNIT,  _NO,    _UNIT,  _NO,   _NO),
    Right.calls_upload:         (_ALL,   _UNIT,  _UNIT,  _NO,    _NO,    _UNIT,  _NO,   _ALL),
    Right.jobs_read:            (_ALL,   _OWN,   _OWN,   _OWN,   _NO,    _OWN,   _NO,   _ALL),
    Right.rescore:              (_ALL,   _UNIT,  _NO,    _NO,    _NO,    _NO,    _NO,   _ALL),
    Right.webhooks:             (_NO,    _NO,    _NO,    _NO,    _NO,    _NO,    _NO,   _ALL),
    Right.review:               (_ALL,   _UNIT,  _UNIT,  _UNIT,  _NO,    _UNIT,  _NO,   _NO),
    Right.plan:                 (_ALL,   _UNIT,  _UNIT,  _NO,    _NO,    _NO,    _NO,   _NO),
    Right.plan_read:            (_ALL,   _UNIT,  _UNIT,  _UNIT,  _UNIT,  _UNIT,  _NO,   _NO),
    Right.queue:                (_OWN,   _OWN,   _OWN,   _OWN,   _NO,    _OWN,   _NO,   _NO),
    Right.appeal_file:          (_NO,    _NO,    _NO,    _NO,    _NO,    _NO,    _OWN,  _NO),
    Right.appeal_read:          (_ALL,   _UNIT,  _UNIT,  _UNIT,  _UNIT,  _UNIT,  _OWN,  _NO),
    Right.appeal_rule_leader:   (_ALL,   _UNIT,  _UNIT,  _UNIT,  _NO,    _NO,    _NO,   _NO),
    Right.appeal_rule_director: (_ALL,   _UNIT,  _NO,    _NO,    _NO,    _NO,    _NO,   _NO),
    Right.appeal_rule_final:    (_ALL,   _NO,    _NO,    _NO,    _NO,    _NO,    _NO,   _NO),
    Right.appeal_apply:         (_ALL,   _UNIT,  _NO,    _NO,    _NO,    _NO,    _NO,   _NO),
    Right.agreement:            (_ALL,   _UNIT,  _UNIT,  _NO,    _UNIT,  _NO,    _NO,   _NO),
    Right.calibrate:            (_ALL,   _UNIT,  _NO,    _NO,    _UNIT,  _NO,    _NO,   _NO),
    Right.calibrate_answer:     (_OWN,   _OWN,   _OWN,   _OWN,   _OWN,   _OWN,   _NO,   _NO),
    Right.coach:                (_ALL,   _UNIT,  _UNIT,  _UNIT,  _UNIT,  _NO,    _NO,   _NO),
    Right.coach_read:           (_ALL,   _UNIT,  _UNIT,  _UNIT,  _UNIT,  _NO,    _OWN,  _NO),
    Right.propose:              (_ALL,   _UNIT,  _UNIT,  _NO,    _NO,    _NO,    _NO,   _NO),
    Right.handover:             (_ALL,   _OWN,   _OWN,   _OWN,   _OWN,   _OWN,   _NO,   _NO),
    Right.handover_confirm:     (_ALL,   _UNIT,  _UNIT,  _NO,    _NO,    _NO,    _NO,   _NO),
    Right.collections_read:     (_ALL,   _UNIT,  _UNIT,  _UNIT,  _UNIT,  _UNIT,  _NO,   _NO),
    Right.collections_hear:     (_NO,    _NO,    _NO,    _NO,    _NO,    _NO,    _OWN,  _NO),
    Right.collect:              (_ALL,   _UNIT,  _UNIT,  _UNIT,  _UNIT,  _UNIT,  _NO,   _NO),
    Right.health:               (_ALL,   _UNIT,  _UNIT,  _UNIT,  _UNIT,  _UNIT,  _NO,   _NO),
    Right.labels:               (_ALL,   _UNIT,  _NO,    _NO,    _UNIT,  _NO,    _NO,   _NO),
    Right.policy_read:          (_ALL,   _ALL,   _ALL,   _ALL,   _ALL,   _ALL,   _ALL,  _ALL),
    Right.policy_try:           (_ALL,   _ALL,   _ALL,   _ALL,   _ALL,   _ALL,   _NO,   _ALL),
    Right.policy_write:         (_ALL,   _ALL,   _NO,    _NO,    _NO,    _NO,    _NO,   _NO),
    Right.reports:              (_ALL,   _UNIT,  _UNIT,  _UNIT,  _UNIT,  _UNIT,  _NO,   _NO),
    Right.audit:                (_ALL,   _NO,    _NO,    _NO,    _NO,    _NO,    _NO,   _ALL),
    Right.retention:            (_ALL,   _NO,    _NO,    _NO,    _NO,    _NO,    _NO,   _ALL),
    Right.erase:                (_ALL,   _NO,    _NO,    _NO,    _NO,    _NO,    _NO,   _ALL),
}
# fmt: on

TABLE: dict[Right, dict[Role, Reach]] = {
    right: dict(zip(_COLUMNS, row, strict=True)) for right, row in _ROWS.items()
}
"""Right → role → reach. Whoever holds several posts has what each of them gives."""


def reach_of(right: Right, role: Role) -> Reach:
    """How far a right goes for a role."""
    return TABLE[right][role]


def rights_of(roles: Iterable[Role]) -> dict[Right, Reach]:
    """The widest reach of every right that these roles have at all."""
    order = list(Reach)
    given = list(roles)
    widest = {
        right: max((row[role] for role in given), key=order.index, default=Reach.none)
        for right, row in TABLE.items()
    }
    return {right: reach for right, reach in widest.items() if reach is not Reach.none}
