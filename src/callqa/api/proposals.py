"""What grade bands propose for people; nothing happens before a supervisor confirms."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.house import House, TheHouse
from callqa.api.ledger import masked_text
from callqa.api.notices import notify
from callqa.api.paging import After, Limit, place_of, token_of
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.coaching import DecideAsked, ProposalShown
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.domain import Proposal, ProposalKind
from callqa.review import PROPOSAL_TITLES, decide
from callqa.store import UnitOfWork

router = APIRouter(prefix="/proposals", tags=["proposals"], route_class=Route)

TheSupervisor = Annotated[Actor, Depends(Need(Right.propose))]
ProposalId = Annotated[str, InPath(max_length=128, description="Proposal id.")]


@router.get("", responses=answers())
def proposals(
    house: TheHouse,
    actor: TheSupervisor,
    work: Read,
    *,
    state: Annotated[
        Literal["open", "confirmed", "dismissed"], Query(description="Decided or not.")
    ] = "open",
    kind: Annotated[ProposalKind | None, Query(description="Only of this kind.")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[ProposalShown]:
    """Proposals within reach, newest first."""
    of = f"proposals:{state}:{kind}"
    place = place_of(house, after, of=of)
    found: list[ProposalShown] = []
    for one in work.proposals.find(state=state):
        here = (one.at.isoformat(), one.id)
        # newest first, ties by rising id
        if place is not None and (
            here[0] > str(place[0]) or (here[0] == place[0] and here[1] <= str(place[1]))
        ):
            continue
        call = work.calls.summary(one.call_id, actor.scope) if kind in (None, one.kind) else None
        if call is None:
            continue
        found.append(_shown(one, call.total))
        if len(found) > limit:
            break
    last = found[limit - 1].proposal if len(found) > limit else None
    token = token_of(house, (last.at.isoformat(), last.id), of=of) if last else None
    return Page[ProposalShown](items=tuple(found[:limit]), next=token)


def _shown(one: Proposal, total: float | None) -> ProposalShown:
    return ProposalShown(proposal=one, title=PROPOSAL_TITLES[one.kind], total=total)


@router.post("/{proposal}/confirm", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def confirm_proposal(
    house: TheHouse, actor: TheSupervisor, work: Write, proposal: ProposalId, asked: DecideAsked
) -> ProposalShown:
    """Confirm a proposal; the agent is told."""
    return _decide(house, actor, work, proposal, asked, confirmed=True)


@router.post("/{proposal}/dismiss", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def dismiss_proposal(
    house: TheHouse, actor: TheSupervisor, work: Write, proposal: ProposalId, asked: DecideAsked
) -> ProposalShown:
    """Dismiss a proposal, with a reason."""
    return _decide(house, actor, work, proposal, asked, confirmed=False)


def _decide(
    house: House, actor: Actor, work: UnitOfWork, name: str, asked: DecideAsked, *, confirmed: bool
) -> ProposalShown:
    one = work.proposals.get(name, lock=True)
    call = work.calls.summary(one.call_id, actor.scope) if one is not None else None
    if one is None or call is None:
        raise Refusal("missing")
    done = decide(one, confirmed=confirmed, person=actor.id, reason=masked_text(asked.reason), at=house.now())
    work.proposals.put(done)
    house.trace.did(
        work,
        actor.id,
        "proposal.confirm" if confirmed else "proposal.dismiss",
        f"proposal:{one.id}",
        {"kind": one.kind.value, "agent": one.agent, "call": one.call_id},
    )
    if confirmed:
        notify(
            work,
            [one.agent],
            kind="proposal.confirmed",
            text=f"{PROPOSAL_TITLES[one.kind]}：{done.text}",
            subject=f"call:{one.call_id}",
            key=one.id,
            at=house.now(),
        )
    return _shown(done, call.total)
