"""Coaching: tasks with a goal, their history, and the proof whether it worked."""

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.house import House, TheHouse
from callqa.api.ledger import masked_text, opened
from callqa.api.notices import notify
from callqa.api.paging import whole
from callqa.api.problems import Fault, Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.coaching import CoachingAsked, CoachingShown, ExerciseAsked, TextAsked
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.domain import (
    CallQAError,
    Change,
    CoachingNote,
    CoachingState,
    CoachingTask,
    ReviewError,
)
from callqa.policy import MEASURES
from callqa.review import COACHING_TITLES, SYSTEM, advance, fading, follow_up, goal_value
from callqa.store import EVERYTHING, CallFilter, UnitOfWork
from callqa.store.search import CallSummary, Place

router = APIRouter(prefix="/coaching", tags=["coaching"], route_class=Route)

TheCoach = Annotated[Actor, Depends(Need(Right.coach))]
TheReader = Annotated[Actor, Depends(Need(Right.coach_read))]
TaskId = Annotated[str, InPath(max_length=128, description="Task id.")]
_LOG = logging.getLogger("callqa.api")
_MOST = 600
"""Calls of an agent looked at on either side of the training."""
_WAITING = (CoachingState.open, CoachingState.reopened, CoachingState.acknowledged)


def _agent_path(house: House, work: UnitOfWork, agent: str) -> str:
    """Where an agent belongs today, or belonged last; empty where nowhere."""
    posts = work.organisation.posts_of(agent, house.today()) or work.organisation.posts_of(agent)
    paths = [path for post in posts if (path := work.organisation.path_of(post.unit)) is not None]
    return paths[-1] if paths else ""


def _task(house: House, actor: Actor, work: UnitOfWork, name: str, *, lock: bool = False) -> CoachingTask:
    """A task within reach, one's own, or one's to train; raises `Refusal` ``missing``."""
    found: CoachingTask | None = work.coaching.get(name, lock=lock)
    if found is None:
        raise Refusal("missing")
    if found.trainer != actor.id:
        actor.require(_agent_path(house, work, found.agent), agent=found.agent)
    return found


def _shown(house: House, work: UnitOfWork, task: CoachingTask) -> CoachingShown:
    notes = work.coaching.notes(task.id)
    people = {task.agent, task.trainer, task.created_by, *(note.author for note in notes)}
    return CoachingShown(
        task=task,
        state_title=COACHING_TITLES[task.state],
        overdue=task.state in _WAITING and house.today() > task.due,
        change=work.coaching.change(task.id),
        notes=notes,
        names=work.organisation.names(people),
    )


def _note(
    task: CoachingTask,
    author: str,
    at: datetime,
    kind: Literal["created", "acknowledged", "exercise", "comment", "follow_up", "state"],
    text: str = "",
) -> CoachingNote:
    return CoachingNote(task=task.id, author=author, at=at, kind=kind, text=masked_text(text))


def _keep(
    house: House, work: UnitOfWork, actor: str, task: CoachingTask, note: CoachingNote, *, action: str
) -> CoachingShown:
    work.coaching.put(task, note)
    house.trace.did(
        work, actor, action, f"coaching:{task.id}", {"agent": task.agent, "state": task.state.value}
    )
    return _shown(house, work, task)


@router.post("", responses=answers(404, 409), dependencies=[IDEMPOTENT], status_code=201)
def set_task(house: TheHouse, actor: TheCoach, work: Write, asked: CoachingAsked) -> CoachingShown:
    """Set a task for an agent within reach, due today or later; agent and trainer are told."""
    if asked.due < house.today():
        raise Refusal(
            "coaching.due", errors=[Fault(where="body.due", message=f"from {house.today().isoformat()} on")]
        )
    agent = work.organisation.person(asked.agent)
    if agent is None:
        raise Refusal("missing", "没有这个坐席。")
    actor.require(_agent_path(house, work, agent.id))
    trainer = asked.trainer or actor.id
    known = work.organisation.person(trainer)
    if known is None or not known.active or trainer == agent.id:
        raise Refusal("missing", "没有这个培训师，或是坐席本人。")
    _check_goal(house, asked)
    if asked.call is not None:
        call = work.calls.summary(asked.call)
        if call is None or call.agent != agent.id:
            raise Refusal("missing", "没有这通电话，或不是这个坐席的。")
    task = CoachingTask(
        id=str(uuid4()),
        agent=agent.id,
        trainer=trainer,
        created_by=actor.id,
        created_at=house.now(),
        title=masked_text(asked.title),
        goal=asked.goal.goal(),
        calls=asked.calls,
        due=asked.due,
        call_id=asked.call,
        span=asked.span,
        source=asked.source,
    )
    shown = _keep(
        house, work, actor.id, task, _note(task, actor.id, house.now(), "created"), action="coaching.set"
    )
    notify(
        work,
        [agent.id, trainer],
        kind="coaching.set",
        text=f"新的辅导任务“{task.title}”，{task.due:%m 月 %d 日}前完成。",
        subject=f"coaching:{task.id}",
        key=task.id,
        at=house.now(),
    )
    return shown


def _check_goal(house: House, asked: CoachingAsked) -> None:
    """Raises `ReviewError` ``coaching.goal`` for a goal that no policy knows."""
    policies = house.centre.policies
    goal = asked.goal
    known = {
        "measure": set(MEASURES),
        "step": {step.id for policy in policies for step in policy.script.steps},
        "rule": {rule.id for policy in policies for rule in policy.rules.rules},
        "technique": {label.id for policy in policies for label in policy.techniques.labels},
        "item": {item.id for policy in policies for item in policy.rubric.items},
        "total": {""},
    }[goal.kind]
    if goal.id not in known:
        raise ReviewError(
            f"没有“{goal.id}”这个目标。",
            code="coaching.goal",
            hint="指标、步骤、规则、技巧、评分项用它的编号；总分不用写。",
        )


@router.get("", responses=answers())
def tasks(
    house: TheHouse,
    actor: TheReader,
    work: Read,
    *,
    agent: Annotated[str | None, Query(max_length=128, description="Only this agent.")] = None,
    state: Annotated[CoachingState | None, Query(description="Only in this state.")] = None,
    mine: Annotated[bool, Query(description="Only those one trains.")] = False,
) -> Page[CoachingTask]:
    """Tasks within reach, the soonest due first."""
    found = work.coaching.find(
        agents=[agent] if agent is not None else None,
        trainer=actor.id if mine else None,
        states=[state] if state is not None else None,
    )
    return whole(
        one
        for one in found
        if one.trainer == actor.id or actor.reaches(_agent_path(house, work, one.agent), agent=one.agent)
    )


@router.get("/{task}", responses=answers(404))
def one_task(house: TheHouse, actor: TheReader, work: Read, task: TaskId) -> CoachingShown:
    """A task with its history and what the calls showed."""
    return _shown(house, work, _task(house, actor, work, task))


@router.post("/{task}/acknowledge", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def acknowledge_task(
    house: TheHouse, actor: TheReader, work: Write, task: TaskId, asked: TextAsked
) -> CoachingShown:
    """The agent has read the task."""
    found = _task(house, actor, work, task, lock=True)
    if found.agent != actor.id:
        raise ReviewError("只有坐席本人能确认。", code="coaching.person", hint="请由坐席本人登录确认。")
    after = advance(found, "acknowledge", at=house.now())
    note = _note(after, actor.id, house.now(), "acknowledged", asked.text)
    return _keep(house, work, actor.id, after, note, action="coaching.acknowledge")


@router.post("/{task}/exercise", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def exercise(
    house: TheHouse, actor: TheReader, work: Write, task: TaskId, asked: ExerciseAsked
) -> CoachingShown:
    """Note an exercise; with ``trained`` the training is done and the follow-up begins."""
    found = _task(house, actor, work, task, lock=True)
    after = found
    if asked.trained:
        if found.agent == actor.id or not (found.trainer == actor.id or actor.has(Right.coach)):
            raise ReviewError("培训完成要由培训师来记。", code="coaching.person", hint="请培训师登录来记。")
        after = advance(found, "exercise", at=house.now())
    note = _note(after, actor.id, house.now(), "exercise", asked.text)
    return _keep(house, work, actor.id, after, note, action="coaching.exercise")


@router.post("/{task}/notes", responses=answers(404), dependencies=[IDEMPOTENT])
def comment(house: TheHouse, actor: TheReader, work: Write, task: TaskId, asked: TextAsked) -> CoachingShown:
    """A remark in the history."""
    found = _task(house, actor, work, task, lock=True)
    note = _note(found, actor.id, house.now(), "comment", asked.text)
    return _keep(house, work, actor.id, found, note, action="coaching.comment")


@router.post("/{task}/follow-up", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def follow_up_now(house: TheHouse, actor: TheCoach, work: Write, task: TaskId) -> CoachingShown:
    """Measure the calls after the training against those before; concludes once N calls are there."""
    found = _task(house, actor, work, task, lock=True)
    if found.trained_at is None:
        advance(found, "follow_up", at=house.now())
    return _conclude(house, work, found, actor=actor.id)


def _conclude(house: House, work: UnitOfWork, task: CoachingTask, *, actor: str) -> CoachingShown:
    before, after = values_of(house, work, task)
    change = follow_up(task, before, after, seed=_seed(task))
    done = advance(task, "follow_up", at=house.now(), change=change)
    work.coaching.put_change(task.id, change)
    note = _note(done, actor, house.now(), "follow_up", told(change))
    shown = _keep(house, work, actor, done, note, action="coaching.follow_up")
    if done.state is not task.state:
        notify(
            work,
            [task.agent, task.trainer, task.created_by],
            kind="coaching.concluded",
            text=f"辅导任务“{task.title}”{COACHING_TITLES[done.state]}。",
            subject=f"coaching:{task.id}",
            key=f"{task.id}:{house.now().isoformat()}",
            at=house.now(),
        )
    return shown


def told(change: Change) -> str:
    """A change in one Chinese sentence."""
    words = {
        "improved": "有改进",
        "worse": "变差",
        "within_noise": "变化没有超出波动",
        "too_few": "通话还不够",
    }
    if change.mean_before is None or change.mean_after is None:
        return f"{words[change.verdict]}（前 {change.before} 通，后 {change.after} 通）。"
    p = "" if change.p_value is None else f"，p = {change.p_value:.3f}"
    means = f"均值 {change.mean_before:.2f} → {change.mean_after:.2f}"
    return f"{words[change.verdict]}：前 {change.before} 通、后 {change.after} 通，{means}{p}。"


@router.post("/{task}/reopen", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def reopen(house: TheHouse, actor: TheCoach, work: Write, task: TaskId, asked: TextAsked) -> CoachingShown:
    """Begin again."""
    found = _task(house, actor, work, task, lock=True)
    after = advance(found, "reopen", at=house.now())
    note = _note(after, actor.id, house.now(), "state", asked.text or "重新打开")
    return _keep(house, work, actor.id, after, note, action="coaching.reopen")


@router.post("/{task}/close", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def close_task(
    house: TheHouse, actor: TheCoach, work: Write, task: TaskId, asked: TextAsked
) -> CoachingShown:
    """Call a task off; what it measured stays in the history."""
    found = _task(house, actor, work, task, lock=True)
    after = advance(found, "cancel", at=house.now())
    note = _note(after, actor.id, house.now(), "state", asked.text or "取消")
    return _keep(house, work, actor.id, after, note, action="coaching.close")


def _seed(task: CoachingTask) -> int:
    return int.from_bytes(hashlib.sha256(task.id.encode()).digest()[:4], "big")


def values_of(house: House, work: UnitOfWork, task: CoachingTask) -> tuple[list[float], list[float]]:
    """Values of the goal on the agent's calls before and after the training, each oldest first.

    Calls that began before the training ended are before; those without a start, and those that say nothing about
    the goal, are in neither.
    """
    cut = task.trained_at or house.now()
    before: list[float] = []
    after: list[float] = []
    for summary in _calls(work, task.agent, newest=True, until=cut):
        value = _value(house, work, task, summary)
        if value is not None:
            before.append(value)
        if len(before) >= task.calls:
            break
    if task.trained_at is not None:
        for summary in _calls(work, task.agent, newest=False, since=cut):
            value = _value(house, work, task, summary)
            if value is not None:
                after.append(value)
    return before[::-1], after


def _calls(
    work: UnitOfWork,
    agent: str,
    *,
    newest: bool,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[CallSummary]:
    """An agent's calls on one side of a moment, in order, at most `_MOST`."""
    found: list[CallSummary] = []
    place: Place | None = None
    wanted = CallFilter(
        scope=EVERYTHING,
        agent=agent,
        first_day=None if since is None else _day(since, -1),
        last_day=None if until is None else _day(until, 1),
    )
    while len(found) < _MOST:
        page = work.calls.page(wanted, sort="newest" if newest else "oldest", after=place, limit=100)
        found += [
            one
            for one in page.items
            if one.started_at is not None
            and (since is None or one.started_at >= since)
            and (until is None or one.started_at < until)
        ]
        place = page.next
        if place is None:
            break
    return found


def _day(at: datetime, shift: int) -> str:
    # a day more on either side, because a call's day is its own zone's
    return (at + timedelta(days=shift)).date().isoformat()


def _value(house: House, work: UnitOfWork, task: CoachingTask, call: CallSummary) -> float | None:
    stored = work.results.latest(call.id)
    if stored is None:
        return None
    return goal_value(task.goal, stored.masked, opened(house, work, call).effective())


def follow_up_due(house: House) -> int:
    """Conclude tasks whose N calls are there, reopen those that fade, tell about overdue ones; how many changed."""
    done = 0
    with house.read() as work:
        waiting = work.coaching.find(states=[*_WAITING, CoachingState.follow_up, CoachingState.achieved])
    for task in waiting:
        try:
            done += _due(house, task)
        except CallQAError as refused:
            _LOG.warning("coaching refused", extra={"code": refused.code, "task": task.id})
    return done


def _due(house: House, task: CoachingTask) -> int:
    if task.state in _WAITING:
        if house.today() > task.due:
            with house.write() as work:
                notify(
                    work,
                    [task.trainer, task.created_by, task.agent],
                    kind="coaching.overdue",
                    text=f"辅导任务“{task.title}”已过期，还没有培训。",
                    subject=f"coaching:{task.id}",
                    key=f"{task.id}:due:{task.due.isoformat()}",
                    at=house.now(),
                )
        return 0
    factor = 1 if task.state is CoachingState.follow_up else 2
    with house.read() as work:
        enough = len(_calls(work, task.agent, newest=False, since=task.trained_at)) >= factor * task.calls
    if not enough:
        return 0
    with house.write() as work:
        known = work.coaching.get(task.id, lock=True)
        if known is None or known.state is not task.state:
            return 0
        if known.state is CoachingState.follow_up:
            return int(_conclude(house, work, known, actor=SYSTEM).task.state is not known.state)
        faded = fading(known, *values_of(house, work, known), seed=_seed(known))
        if faded is None:
            return 0
        after = advance(known, "reopen", at=house.now())
        note = _note(after, SYSTEM, house.now(), "state", f"效果消退，自动重新打开。{told(faded)}")
        _keep(house, work, SYSTEM, after, note, action="coaching.faded")
        notify(
            work,
            [task.agent, task.trainer, task.created_by],
            kind="coaching.faded",
            text=f"辅导任务“{task.title}”效果消退，已重新打开。",
            subject=f"coaching:{task.id}",
            key=f"{task.id}:faded:{house.now().isoformat()}",
            at=house.now(),
        )
        return 1
