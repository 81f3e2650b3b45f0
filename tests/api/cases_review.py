"""Cases of the review's own routes; see `tests.api.cases`."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from callqa.api.rights import Right
from callqa.domain import (
    Assignment,
    CalibrationRound,
    CoachingTask,
    Collection,
    CollectionItem,
    Goal,
    Handover,
    PlanReason,
    Proposal,
    ProposalKind,
    Signature,
    Span,
)
from callqa.store import Plan
from tests.api.cases import CALL, DAYS, Case
from tests.api.office import DAY, NOW, Office, scored

INDIRECT = {Right.appeal_rule_director, Right.appeal_rule_final}
"""Asked for inside the ruling's route, by the level that the appeal is at."""
REASON = {"reason": "听过录音"}
Made = Callable[[Office, str], Mapping[str, str]]


def prepare(office: Office) -> None:
    """Plans of both departments' groups."""
    for unit in ("g1", "g3"):
        with office.write() as work:
            work.plans.put(Plan(f"{DAY.isoformat()}:{unit}", DAY, unit, 1, "gm", NOW, {"frame": 2}), [])


def fresh(agent: str) -> Made:
    """A call of an agent that nobody has spoken about, with the hash of its card."""

    def make(office: Office, _person: str) -> Mapping[str, str]:
        call = f"F{uuid4().hex[:8]}"
        office.score(scored(call, agent=agent), run=f"run-{call}")
        with office.read() as work:
            summary = work.calls.summary(call)
        assert summary is not None
        return {"call": call, "card": summary.scorecard}

    return make


def unseen(_office: Office, _person: str) -> Mapping[str, Any]:
    """What a writer sends who saw an empty ledger."""
    return {"headers": {"If-Match": '"v0"'}}


def assigned(agent: str, *, to: str | None = None, blind: bool = False) -> Made:
    """An assignment of the asker, or of somebody else."""

    def make(office: Office, person: str) -> Mapping[str, str]:
        unit = "g1" if agent == "a1" else "g3"
        name = uuid4().hex
        call = f"Q{name[:8]}"
        office.score(scored(call, agent=agent), run=f"run-{name}")
        one = Assignment(
            id=name,
            plan=f"{DAY.isoformat()}:{unit}",
            day=DAY,
            unit=unit,
            call_id=call,
            reason=PlanReason.quota,
            explanation="抽查",
            priority=1,
            minutes=3,
            reviewer=to or person,
            blind=blind,
        )
        with office.write() as work:
            work.assignments.add([one])
        return {"assignment": name}

    return make


def claimed(office: Office, person: str) -> Mapping[str, str]:
    made = assigned("a1")(office, person)
    with office.write() as work:
        until = office.clock() + timedelta(hours=1)
        work.assignments.claim(made["assignment"], person, lease_until=until, now=office.clock())
    return made


def an_appeal(agent: str, *, upheld: bool | None = None) -> Made:
    """An appeal on a fresh call; decided if asked."""

    def make(office: Office, _person: str) -> Mapping[str, str]:
        call = f"P{uuid4().hex[:8]}"
        office.score(scored(call, agent=agent), run=f"run-{call}")
        asked = {"item": "absolute", "reason": "我没有说"}
        made = office.as_(agent).post(f"/calls/{call}/appeals", asked).json()
        if upheld is not None:
            office.as_("gm").post(f"/calls/{call}/appeals/{made['id']}/rulings", {"upheld": upheld, **REASON})
        return {"call": call, "appeal": made["id"]}

    return make


def a_round(office: Office, person: str) -> Mapping[str, str]:
    """A round in which the asker is a rater."""
    one = CalibrationRound(
        id=uuid4().hex,
        title="校准",
        unit="d1",
        created_by=person,
        created_at=NOW,
        calls=("C1",),
        raters=(person,),
        expert="cap1",
    )
    with office.write() as work:
        work.calibrations.put(one)
    return {"round_id": one.id}


def a_foreign_round(office: Office, _person: str) -> Mapping[str, str]:
    made = a_round(office, "insp2")
    with office.write() as work:
        one = work.calibrations.get(made["round_id"])
        assert one is not None
        work.calibrations.put(one.replace(unit="d2", calls=("C9",), expert="dir2"))
    return made


def a_task(agent: str, state: str = "open") -> Made:
    """A coaching task of an agent, led by somebody else."""

    def make(office: Office, _person: str) -> Mapping[str, str]:
        task = CoachingTask.model_validate(
            {
                "id": uuid4().hex,
                "agent": agent,
                "trainer": "train1" if agent == "a1" else "train2",
                "created_by": "gm",
                "created_at": NOW,
                "title": "练习",
                "goal": Goal(kind="total", direction="up"),
                "due": date(2026, 12, 1),
                "state": state,
                "trained_at": NOW if state == "follow_up" else None,
            }
        )
        with office.write() as work:
            work.coaching.put(task)
        return {"task": task.id}

    return make


def a_proposal(call: str, agent: str) -> Made:
    def make(office: Office, _person: str) -> Mapping[str, str]:
        one = Proposal(
            id=uuid4().hex,
            kind=ProposalKind.retrain,
            agent=agent,
            call_id=call,
            scorecard="c" * 64,
            text="再培训",
            at=NOW,
        )
        with office.write() as work:
            work.proposals.put(one)
        return {"proposal": one.id}

    return make


def a_handover(giver: str | None, taker: str, *, signed: bool = False) -> Made:
    """A handover of the asker, or of somebody else."""

    def make(office: Office, person: str) -> Mapping[str, str]:
        own = giver or person
        both = (
            Signature(person=own, at=NOW, act="give"),
            Signature(person=taker, at=NOW, act="take"),
        )
        one = Handover.model_validate(
            {
                "id": uuid4().hex,
                "giver": own,
                "taker": taker,
                "first_day": date(2026, 11, 23),
                "last_day": date(2026, 11, 30),
                "items": (),
                "signatures": both if signed else (),
                "state": "signed" if signed else "drafted",
            }
        )
        with office.write() as work:
            work.handovers.put(one)
        return {"handover": one.id}

    return make


def a_collection(unit: str, call: str) -> Made:
    """A collection of somebody else, of a unit, with one call."""

    def make(office: Office, _person: str) -> Mapping[str, str]:
        one = Collection(
            id=uuid4().hex,
            title="精选",
            unit=unit,
            created_by="lead2" if unit == "g1" else "insp2",
            created_at=NOW,
        )
        item = CollectionItem(
            id=uuid4().hex,
            collection=one.id,
            call_id=call,
            span=Span(start=0, end=900),
            added_by=one.created_by,
            added_at=NOW,
        )
        with office.write() as work:
            work.collections.put(one)
            work.collections.add([item])
        return {"collection": one.id, "item": item.id, "call": call}

    return make


def a_shared_collection(unit: str, call: str) -> Made:
    """The same, shared with the unit's agents."""

    def make(office: Office, person: str) -> Mapping[str, str]:
        made = a_collection(unit, call)(office, person)
        with office.write() as work:
            one = work.collections.get(made["collection"])
            work.collections.put(one.replace(shared=True, title=f"{unit}的好例子"))
        return made

    return make


PLAN: dict[str, Any] = {
    "own": {"plan": f"{DAY.isoformat()}:g1"},
    "foreign": {"plan": f"{DAY.isoformat()}:g3"},
}
APPEAL: dict[str, Any] = {"own": an_appeal("a1"), "foreign": an_appeal("a9")}
UPHELD: dict[str, Any] = {"own": an_appeal("a1", upheld=True), "foreign": an_appeal("a9", upheld=True)}
QUEUE: dict[str, Any] = {"own": assigned("a1"), "foreign": assigned("a9", to="insp2")}
TASK: dict[str, Any] = {"own": a_task("a1"), "foreign": a_task("a9")}
PROPOSAL: dict[str, Any] = {"own": a_proposal("C1", "a1"), "foreign": a_proposal("C9", "a9")}
COLLECTION: dict[str, Any] = {"own": a_collection("g1", "C1"), "foreign": a_collection("g3", "C9")}
SHARED: dict[str, Any] = {
    "own": a_shared_collection("g1", "S1"),
    "foreign": a_shared_collection("g3", "S9"),
}
HANDOVER: dict[str, Any] = {"own": a_handover(None, "lead2"), "foreign": a_handover("insp2", "lead3")}
FRESH: dict[str, Any] = {"own": fresh("a1"), "foreign": fresh("a9")}
BLIND: dict[str, Any] = {
    "own": assigned("a1", blind=True),
    "foreign": assigned("a9", to="insp2", blind=True),
}
ANSWERS = [{"item": item, "points": 1} for item in ("greeting", "absolute", "pace")]


def an_event(given: Mapping[str, str]) -> dict[str, Any]:
    return {"scorecard": given["card"], "events": [{"kind": "finish"}]}


def seen(given: Mapping[str, str]) -> dict[str, Any]:
    return {"scorecard": given["card"]}


CASES: dict[str, Case] = {
    "review": Case(**CALL),
    "write_events": Case(**FRESH, json=an_event, content=unseen),
    "acknowledge": Case(**FRESH, json=seen),
    "make_plan": Case(json={"day": "2026-11-19", "unit": "g1", "replace": True}),
    "plans": Case(query=DAYS, hidden=("g3",)),
    "one_plan": Case(**PLAN),
    "put_in": Case(**PLAN, json={"call": "C2", "reason": "客户投诉"}, good=frozenset({201, 409})),
    "rebalance_plan": Case(**PLAN),
    "rates": Case(query=DAYS, hidden=("g3",)),
    "queue": Case(),
    "one_assignment": Case(**QUEUE),
    "claim": Case(**QUEUE),
    "release": Case(own=claimed, foreign=QUEUE["foreign"]),
    "skip": Case(**QUEUE, json={"reason": "录音打不开"}),
    "finish": Case(**QUEUE, content=unseen),
    "hand_in": Case(**BLIND, json={"answers": ANSWERS}),
    "appeals": Case(hidden=("C9",)),
    "appeals_of_call": Case(**APPEAL),
    "file": Case(**FRESH, json={"item": "absolute", "reason": "我没有说"}),
    "withdraw": Case(**APPEAL, json={}),
    "further": Case(own=an_appeal("a1", upheld=False), foreign=an_appeal("a9", upheld=False), json=REASON),
    "rule": Case(**APPEAL, json={"upheld": False, **REASON}),
    "preview": Case(**UPHELD),
    "apply": Case(**UPHELD, json={"calls": ["C2"], **REASON}),
    "agreement_of": Case(query=DAYS),
    "set_up": Case(
        json={"title": "校准", "unit": "d1", "calls": ["C1"], "raters": ["insp1"], "expert": "dir1"}
    ),
    "rounds": Case(),
    # the general manager organises every round, also those that only the raters named in them may answer
    "one_round": Case(own=a_round),
    "answer": Case(own=a_round, json={"call": "C1", "answers": [{"item": "greeting", "points": 1}]}),
    "note": Case(own=a_round, json={"note": "以讲清为准"}),
    "close": Case(own=a_round, foreign=a_foreign_round),
    "set_task": Case(
        json={
            "agent": "a1",
            "title": "练习",
            "goal": {"kind": "total", "direction": "up"},
            "due": "2026-12-01",
        }
    ),
    "tasks": Case(hidden=('"agent":"a9"',)),
    "one_task": Case(**TASK),
    # whoever reaches the task but is not the agent is told so
    "acknowledge_task": Case(**TASK, json={}, good=frozenset({200, 403})),
    "exercise": Case(**TASK, json={"text": "对练一轮"}),
    "comment": Case(**TASK, json={"text": "继续"}),
    "follow_up_now": Case(own=a_task("a1", "follow_up"), foreign=a_task("a9", "follow_up")),
    "reopen": Case(own=a_task("a1", "achieved"), foreign=a_task("a9", "achieved"), json={}),
    "close_task": Case(**TASK, json={}),
    "proposals": Case(hidden=("C9",)),
    "confirm_proposal": Case(**PROPOSAL, json={}),
    "dismiss_proposal": Case(**PROPOSAL, json=REASON),
    "draw_up": Case(json={"taker": "lead2", "first_day": "2026-11-23", "last_day": "2026-11-30"}),
    "handovers": Case(hidden=("insp2",)),
    "takers": Case(),
    "one_handover": Case(**HANDOVER),
    "sign_handover": Case(**HANDOVER, json={"act": "give"}, good=frozenset({200, 403})),
    "confirm_handover": Case(
        own=a_handover("lead1", "lead2", signed=True), foreign=a_handover("lead3", "insp2", signed=True)
    ),
    "cancel": Case(**HANDOVER),
    "collections": Case(hidden=("C9",)),
    "make_collection": Case(
        own={"unit": "g1"},
        foreign={"unit": "g3"},
        json=lambda path: {"title": "精选", "unit": path["unit"], "items": [{"call": "C1"}]},
    ),
    "one_collection": Case(**COLLECTION, hidden=("C9",)),
    "change_collection": Case(
        **COLLECTION,
        json={"title": "改名"},
        content=lambda _office, _person: {"headers": {"If-Match": '"v1"'}},
    ),
    "delete_collection": Case(**COLLECTION),
    "add_to_collection": Case(**COLLECTION, json=lambda path: {"items": [{"call": path["call"]}]}),
    "note_item": Case(**COLLECTION, json={"note": "先共情"}),
    "take_out": Case(**COLLECTION),
    "collection_export": Case(**COLLECTION),
    "shared_collections": Case(hidden=("g3的好例子",)),
    "one_shared_collection": Case(**SHARED),
    "shared_sound": Case(**SHARED),
    "rules_health": Case(query=DAYS),
    "labels_of_rules": Case(query=DAYS, hidden=("C9",)),
    "labels_of_techniques": Case(query=DAYS, hidden=("C9",)),
}
