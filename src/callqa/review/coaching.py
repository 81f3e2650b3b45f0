"""Coaching tasks as a state machine, and the value of a goal on one call."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from callqa.domain import (
    Change,
    CoachingState,
    CoachingTask,
    Goal,
    LineStatus,
    Processed,
    ReviewError,
    Subject,
    Verdict,
)
from callqa.review.change import measure_change
from callqa.review.replay import Effective

Act = Literal["acknowledge", "exercise", "follow_up", "reopen", "cancel"]
"""What people (and the follow-up) do with a task."""
_FROM: dict[Act, tuple[CoachingState, ...]] = {
    "acknowledge": (CoachingState.open, CoachingState.reopened),
    "exercise": (CoachingState.acknowledged, CoachingState.follow_up),
    "follow_up": (CoachingState.follow_up,),
    "reopen": (CoachingState.achieved, CoachingState.not_achieved),
    "cancel": tuple(state for state in CoachingState if state is not CoachingState.cancelled),
}
TITLES = {
    CoachingState.open: "待确认",
    CoachingState.acknowledged: "已确认",
    CoachingState.follow_up: "跟踪中",
    CoachingState.achieved: "已达成",
    CoachingState.not_achieved: "未达成",
    CoachingState.reopened: "重新打开",
    CoachingState.cancelled: "已取消",
}
"""As people call the states."""


def advance(task: CoachingTask, act: Act, *, at: datetime, change: Change | None = None) -> CoachingTask:
    """The task after an act.

    open or reopened —acknowledge→ acknowledged —exercise→ follow_up —follow_up→ achieved | not_achieved —reopen→
    reopened; all but a cancelled one may be cancelled. A further exercise during the follow-up starts the N calls
    anew. A follow-up that has too few calls yet, or whose N calls are not there, leaves the task where it is.

    Args:
        task: As it is.
        act: What is done.
        at: When.
        change: For ``follow_up``: what the calls showed.

    Raises:
        ReviewError: ``coaching.state`` where the act does not fit the state.
    """
    if task.state not in _FROM[act]:
        raise ReviewError(
            f"辅导任务现在是“{TITLES[task.state]}”，不能这样做。",
            code="coaching.state",
            hint="请刷新页面，看任务到了哪一步。",
        )
    match act:
        case "acknowledge":
            return task.replace(state=CoachingState.acknowledged)
        case "exercise":
            return task.replace(state=CoachingState.follow_up, trained_at=at)
        case "follow_up":
            return task if change is None else task.replace(state=_concluded(task, change))
        case "reopen":
            return task.replace(state=CoachingState.reopened, trained_at=None)
        case "cancel":
            return task.replace(state=CoachingState.cancelled)


def _concluded(task: CoachingTask, change: Change) -> CoachingState:
    if change.verdict == "too_few" or change.after < task.calls:
        return task.state
    if change.verdict == "improved" and reaches(task.goal, change.mean_after):
        return CoachingState.achieved
    return CoachingState.not_achieved


def reaches(goal: Goal, mean: float | None) -> bool:
    """Whether a mean reaches the target; without target any mean does."""
    if goal.target is None:
        return True
    if mean is None:
        return False
    return mean >= goal.target if goal.direction == "up" else mean <= goal.target


def follow_up(task: CoachingTask, before: Sequence[float], after: Sequence[float], *, seed: int) -> Change:
    """The N calls before the training against the first N after it.

    Args:
        task: Says N and which way is better.
        before: Values of calls before, oldest first; the last N count.
        after: Values of calls after, oldest first; the first N count.
        seed: See `measure_change`.
    """
    return measure_change(before[-task.calls :], after[: task.calls], better=task.goal.direction, seed=seed)


def fading(
    task: CoachingTask, before: Sequence[float], after: Sequence[float], *, seed: int
) -> Change | None:
    """Whether an achieved change has faded: the last N calls against the first N after the training.

    Looked at once N further calls are there. It has faded where the last N are worse beyond noise, or where they
    miss a target that was set and are no better than the calls before the training.

    Args:
        task: An achieved one.
        before: Values of calls before the training, oldest first.
        after: Values of all calls since, oldest first.
        seed: See `measure_change`.

    Returns:
        The change for the worse, or None where it holds or too few calls are there.
    """
    if len(after) < 2 * task.calls:
        return None
    recent = after[-task.calls :]
    since = measure_change(after[: task.calls], recent, better=task.goal.direction, seed=seed)
    if since.verdict == "worse":
        return since
    against = measure_change(before[-task.calls :], recent, better=task.goal.direction, seed=seed)
    lost = task.goal.target is not None and not reaches(task.goal, against.mean_after)
    return since if lost and against.verdict != "improved" else None


def goal_value(goal: Goal, result: Processed, card: Effective) -> float | None:  # noqa: PLR0911 -- one per kind
    """What a goal's measure comes to on one call; None where the call says nothing about it.

    Items and totals are taken from the effective card, since reviewed points are what counts.
    """
    match goal.kind:
        case "measure":
            return next((one.value for one in result.measures if one.name == goal.id), None)
        case "technique":
            return float(len({tag.turn for tag in result.techniques.tags if tag.label == goal.id}))
        case "step" | "rule":
            subject = Subject(goal.kind)
            for one in result.findings:
                if one.subject is subject and one.id == goal.id:
                    told = Verdict.met if subject is Subject.step else Verdict.broken
                    decided = one.verdict in (Verdict.met, Verdict.broken)
                    return float(one.verdict is told) if decided else None
            return None
        case "item":
            for line in card.lines:
                if line.line.item == goal.id and line.line.status is LineStatus.scored:
                    return line.line.points
            return None
        case "total":
            return card.total
