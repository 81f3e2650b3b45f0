"""What people do with scores: ledger, appeals, plans, agreement, coaching, handover. Pure; the time is handed in."""

from callqa.review.agreement import cohen_kappa, krippendorff_alpha
from callqa.review.alike import Case, Likeness, Match, same_error
from callqa.review.appeals import (
    LEVELS,
    AppealStage,
    AppealState,
    appeal_state,
    appeal_states,
    due_escalations,
    next_level,
    window_end,
)
from callqa.review.assigning import Move, Place, Reviewer, rebalance
from callqa.review.calendar import Terms, WorkCalendar
from callqa.review.calibration import Accuracy, RoundResult, check_answer, round_result
from callqa.review.carry import Carried, carried
from callqa.review.change import measure_change
from callqa.review.coaching import TITLES as COACHING_TITLES
from callqa.review.coaching import advance, fading, follow_up, goal_value
from callqa.review.drawing import DrawnDay, pooled_rate, sealed_draw, violation_rate
from callqa.review.handover import Transfer, moves, sign
from callqa.review.handover import cancel as cancel_handover
from callqa.review.health import Judged, RuleHealth, judged, quality_of, rule_health, says_broken, verdicts
from callqa.review.intervals import Rate, rate_of, wilson
from callqa.review.labels import RuleLabel, rule_labels
from callqa.review.ledger import LEVEL_TITLES, Circumstances, check_event
from callqa.review.planning import REASONS, Shares, assignment_id, plan_day, quota_today
from callqa.review.proposals import TITLES as PROPOSAL_TITLES
from callqa.review.proposals import decide, kind_of, proposal_of
from callqa.review.raters import (
    MACHINE,
    RED,
    Drift,
    ItemAgreement,
    Leaning,
    agreement,
    drifts,
    leanings,
    machine_answers,
)
from callqa.review.replay import SYSTEM, Effective, EffectiveLine, ReviewState, effective, standing, unique
from callqa.review.risk import Candidate, candidate_of

__all__ = [
    "COACHING_TITLES",
    "LEVELS",
    "LEVEL_TITLES",
    "MACHINE",
    "PROPOSAL_TITLES",
    "REASONS",
    "RED",
    "SYSTEM",
    "Accuracy",
    "AppealStage",
    "AppealState",
    "Candidate",
    "Carried",
    "Case",
    "Circumstances",
    "DrawnDay",
    "Drift",
    "Effective",
    "EffectiveLine",
    "ItemAgreement",
    "Judged",
    "Leaning",
    "Likeness",
    "Match",
    "Move",
    "Place",
    "Rate",
    "ReviewState",
    "Reviewer",
    "RoundResult",
    "RuleHealth",
    "RuleLabel",
    "Shares",
    "Terms",
    "Transfer",
    "WorkCalendar",
    "advance",
    "agreement",
    "appeal_state",
    "appeal_states",
    "assignment_id",
    "cancel_handover",
    "candidate_of",
    "carried",
    "check_answer",
    "check_event",
    "cohen_kappa",
    "decide",
    "drifts",
    "due_escalations",
    "effective",
    "fading",
    "follow_up",
    "goal_value",
    "judged",
    "kind_of",
    "krippendorff_alpha",
    "leanings",
    "machine_answers",
    "measure_change",
    "moves",
    "next_level",
    "plan_day",
    "pooled_rate",
    "proposal_of",
    "quality_of",
    "quota_today",
    "rate_of",
    "rebalance",
    "round_result",
    "rule_health",
    "rule_labels",
    "same_error",
    "says_broken",
    "sealed_draw",
    "sign",
    "standing",
    "unique",
    "verdicts",
    "violation_rate",
    "wilson",
    "window_end",
]
