"""How long data is kept, legal holds, and erasing one customer's data with proof."""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.audio import copies_of
from callqa.api.house import House, TheHouse
from callqa.api.paging import whole
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.trace import (
    DueShown,
    ErasureShown,
    HoldShown,
    NewErasure,
    NewHold,
    Purge,
    RuleOfKeeping,
    RulesOfKeeping,
)
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.intake.values import customer_key
from callqa.store import UnitOfWork
from callqa.store.erasures import Erasure, subject_of
from callqa.store.retention import Hold, RetentionRule

router = APIRouter(tags=["keeping"], route_class=Route)

TheKeeper = Annotated[Actor, Depends(Need(Right.retention))]
TheEraser = Annotated[Actor, Depends(Need(Right.erase))]


@router.get("/retention", responses=answers())
def rules_of_keeping(_actor: TheKeeper, work: Read) -> RulesOfKeeping:
    """How long what is kept."""
    return RulesOfKeeping(
        rules=tuple(
            RuleOfKeeping(kind=one.kind, outcome=one.outcome, days=one.days) for one in work.retention.rules()
        )
    )


@router.put("/retention", responses=answers())
def put_rules_of_keeping(
    house: TheHouse, actor: TheKeeper, work: Write, asked: RulesOfKeeping
) -> RulesOfKeeping:
    """Replace the rules; nothing is deleted before they are applied."""
    places = [(one.kind, one.outcome) for one in asked.rules]
    if len(set(places)) != len(places):
        raise Refusal("request.invalid", "同一种数据、同一种结果只能有一条规则。")
    work.retention.put_rules(
        [
            RetentionRule(id=f"{one.kind}:{one.outcome}", kind=one.kind, days=one.days, outcome=one.outcome)
            for one in asked.rules
        ]
    )
    detail = {f"{one.kind}:{one.outcome}": one.days for one in asked.rules}
    house.trace.did(work, actor.id, "retention.rules", "retention", detail)
    return asked


@router.get("/retention/due", responses=answers())
def due_now(house: TheHouse, _actor: TheKeeper, work: Read) -> DueShown:
    """What must go by now (the dry run)."""
    found = work.retention.due(now=house.now())
    return DueShown(
        calls={kind: len(ids) for kind, ids in found.calls.items()},
        held={kind: len(ids) for kind, ids in found.held.items()},
    )


@router.post("/retention/apply", responses=answers(), dependencies=[IDEMPOTENT])
def apply_rules(house: TheHouse, actor: TheKeeper, work: Write, asked: Purge) -> Page[ErasureShown]:
    """Delete what the rules say; the proofs. A dry run gives no proof: see ``/retention/due``."""
    if asked.dry_run:
        return whole(())
    proof = work.retention.apply(now=house.now(), by=actor.id, erasure_id=uuid4().hex)
    if proof is None:
        return whole(())
    house.trace.did(work, actor.id, "retention.apply", f"erasure:{proof.id}", {"calls": len(proof.calls)})
    return whole([_shown(_files_gone(house, work, proof))])


def _files_gone(house: House, work: UnitOfWork, proof: Erasure) -> Erasure:
    """Delete the files before the commit: should it fail, the files are gone and the rows say so at the next try."""
    for name in proof.files:
        path = Path(name)
        with suppress(OSError):
            sha256 = path.name if len(path.name) == 64 else ""
            path.unlink(missing_ok=True)
            if sha256:
                shutil.rmtree(copies_of(house, sha256), ignore_errors=True)
    for call in proof.calls:
        known = work.calls.get(call)
        if known is not None:
            shutil.rmtree(copies_of(house, known.recording.sha256), ignore_errors=True)
    if all(not Path(name).exists() for name in proof.files):
        work.erasures.files_gone(proof.id, now=house.now())
    return work.erasures.get(proof.id) or proof


@router.get("/holds", responses=answers())
def holds(
    _actor: TheKeeper,
    work: Read,
    *,
    lifted: Annotated[bool, Query(description="Also those that were lifted.")] = False,
) -> Page[HoldShown]:
    """Legal holds."""
    return whole(_hold(one) for one in work.retention.holds(in_force=not lifted))


@router.post("/holds", status_code=201, responses=answers(), dependencies=[IDEMPOTENT])
def hold(house: TheHouse, actor: TheKeeper, work: Write, asked: NewHold) -> HoldShown:
    """Nothing that a hold names is deleted, by rule or on request."""
    subject = asked.subject if asked.kind != "customer" else _customer(house, asked.subject)
    made = Hold(
        id=uuid4().hex,
        kind=asked.kind,
        subject=subject,
        reason=asked.reason,
        set_by=actor.id,
        set_at=house.now(),
    )
    work.retention.hold(made)
    house.trace.did(work, actor.id, "hold.set", f"hold:{made.id}", {"kind": made.kind})
    return _hold(made)


@router.post("/holds/{hold}/release", responses=answers(404), dependencies=[IDEMPOTENT])
def release_hold(
    house: TheHouse,
    actor: TheKeeper,
    work: Write,
    hold: Annotated[str, InPath(min_length=1, max_length=128, description="Hold id.")],
) -> HoldShown:
    """Lift a hold."""
    if not work.retention.release(hold, by=actor.id, now=house.now()):
        raise Refusal("missing")
    house.trace.did(work, actor.id, "hold.release", f"hold:{hold}")
    return next(_hold(one) for one in work.retention.holds(in_force=False) if one.id == hold)


@router.get("/erasures", responses=answers())
def erasures(
    house: TheHouse,
    _actor: TheEraser,
    work: Read,
    *,
    customer: Annotated[
        str | None, Query(max_length=40, pattern=r"^[0-9+() -]+$", description="Was this number erased?")
    ] = None,
) -> Page[ErasureShown]:
    """Proofs of deletion, newest first."""
    key = _customer(house, customer) if customer is not None else None
    return whole(_shown(one) for one in work.erasures.all(customer_key=key))


@router.post("/erasures", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def erase(house: TheHouse, actor: TheEraser, work: Write, asked: NewErasure) -> ErasureShown:
    """Delete all sound and all words of one customer's calls, and forget whose they were.

    Words are also what people wrote about these calls: reasons, appeals, comments, coaching tasks and notes,
    calibration notes, handovers, notices, kept answers. Points, verdicts, measures and dates stay, and so does the trace,
    which holds no words. The proof counts what was emptied, table by table. ``reason`` stays in the proof: name nobody.
    """
    key = _customer(house, asked.customer)
    house.centre.bring_in()  # results that wait beside the database are this customer's, too
    if asked.dry_run:
        found = work.erasures.calls_of(key)
        return ErasureShown(
            id=None,
            kind="customer",
            subject=subject_of(key),
            at=house.now(),
            asked_by=actor.id,
            reason=asked.reason,
            calls=len(found),
            counts={},
            files=0,
            files_gone=False,
        )
    proof = work.erasures.erase(
        key, erasure_id=uuid4().hex, by=actor.id, now=house.now(), reason=asked.reason
    )
    house.trace.did(work, actor.id, "erasure.customer", f"erasure:{proof.id}", {"calls": len(proof.calls)})
    return _shown(_files_gone(house, work, proof))


def _customer(house: House, number: str) -> str:
    key = customer_key(number, house.customer_key)
    if key is None:
        raise Refusal("request.invalid", "这不是电话号码。")
    return key


def _hold(one: Hold) -> HoldShown:
    return HoldShown(**{name: getattr(one, name) for name in HoldShown.model_fields})


def _shown(one: Erasure) -> ErasureShown:
    return ErasureShown(
        id=one.id,
        kind=one.kind,
        subject=one.subject,
        at=one.at,
        asked_by=one.asked_by,
        reason=one.reason,
        calls=len(one.calls),
        counts=one.counts,
        files=len(one.files),
        files_gone=one.files_gone_at is not None or not one.files,
    )
