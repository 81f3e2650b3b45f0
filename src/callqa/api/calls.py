"""The list of calls, one call, its transcript, findings and techniques."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.blind import blind_calls, refuse_blind, refuse_if_blind, without_verdict
from callqa.api.house import House, TheHouse
from callqa.api.paging import page_of, place_of
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.call import (
    CallDetail,
    CallListQuery,
    CallQuery,
    CallShown,
    FindingsShown,
    HiddenShown,
    LabelShown,
    MatchShown,
    RecordingShown,
    TechniquesShown,
    TotalsShown,
    TranscriptShown,
    TurnShown,
    call_shown,
)
from callqa.api.work import Read, Route
from callqa.domain import Processed, Scorecard
from callqa.store import Spoken, UnitOfWork
from callqa.store.results import StoredResult
from callqa.store.search import CallFilter, CallSummary, Hit, Totals

router = APIRouter(prefix="/calls", tags=["calls"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.calls_read))]
CallId = Annotated[str, InPath(min_length=1, max_length=128, description="Call id.")]
RawWanted = Annotated[
    bool, Query(description="Raw instead of masked: needs the right `calls.raw` and the mark; recorded.")
]


_BY_SCORE = ("lowest", "highest")
"""Orders that follow the score."""


def filter_of(
    work: UnitOfWork, actor: Actor, asked: CallQuery, *, blind: frozenset[str] | None = None
) -> CallFilter:
    """The filters of a request within the actor's scope.

    Calls that the actor has to review blind are left out where a filter or the order would tell their verdict.

    Args:
        work: Only read.
        actor: Who asks.
        asked: What for.
        blind: Calls the actor has to review blind, where they are known.

    Raises:
        Refusal: ``missing`` for a unit that is not there.
    """
    unit = None
    if asked.unit is not None:
        unit = work.organisation.path_of(asked.unit)
        if unit is None:
            raise Refusal("missing", "没有这个单位。")
    hits = []
    for written in asked.hit:
        kind, name, verdict = (*written.split(":"), None)[:3]
        hits.append(Hit(kind=kind, id=str(name), verdict=verdict))  # type: ignore[arg-type]
    telling = bool(hits) or asked.needs_human is not None or getattr(asked, "sort", "") in _BY_SCORE
    telling = telling or any(
        value is not None for value in (asked.grade, asked.score_min, asked.score_max, asked.fatal)
    )
    if telling and blind is None:
        blind = blind_calls(work, actor.id)
    plain = CallFilter(
        scope=actor.scope,
        unit=unit,
        hits=tuple(hits),
        without=tuple(sorted(blind)) if telling and blind else (),
    )
    same = {name for name in CallQuery.model_fields if name not in {"unit", "hit"}}
    return replace(plain, **{name: getattr(asked, name) for name in same})


@router.get("", responses=answers(404))
def calls(
    house: TheHouse, actor: TheReader, work: Read, asked: Annotated[CallListQuery, Query()]
) -> Page[CallShown]:
    """Finished calls within reach."""
    of = f"calls:{asked.sort}"
    hidden = blind_calls(work, actor.id)
    found = work.calls.page(
        filter_of(work, actor, asked, blind=hidden),
        sort=asked.sort,
        after=place_of(house, asked.after, of=of),
        limit=asked.limit,
        count=asked.count,
    )

    def show(one: CallSummary) -> CallShown:
        return without_verdict(call_shown(one)) if one.id in hidden else call_shown(one)

    return page_of(house, found, show, of=of)


@router.get("/totals", responses=answers(404))
def totals(actor: TheReader, work: Read, asked: Annotated[CallQuery, Query()]) -> TotalsShown:
    """Figures over all calls of a filter."""
    return totals_shown(work.calls.totals(filter_of(work, actor, asked)))


def totals_shown(found: Totals) -> TotalsShown:
    """Stored figures as shown."""
    return TotalsShown(
        calls=found.calls,
        mean_total=None if found.mean_total is None else round(found.mean_total, 2),
        fatal=found.fatal,
        needs_human=found.needs_human,
        by_grade={grade or "": number for grade, number in found.by_grade.items()},
        by_state=dict(found.by_state),
    )


def summary_for(actor: Actor, work: UnitOfWork, call: str) -> CallSummary:
    """The call within the actor's reach; raises `Refusal` ``missing``."""
    found = work.calls.summary(call, actor.scope)
    if found is None:
        raise Refusal("missing")
    return found


@router.get("/{call}", responses=answers(404))
def one_call(house: TheHouse, actor: TheReader, work: Read, call: CallId) -> CallDetail:
    """One call with the machine's card and measures."""
    found = work.calls.detail(call, actor.scope, viewer=actor.id)
    if found is None:
        raise Refusal("missing")
    refuse_if_blind(found.blind)
    note_seen(house, actor, "call.viewed", call)
    facts = found.call
    return CallDetail(
        call=call_shown(found.summary),
        agent_name=found.agent_name,
        started_assumed=facts.started_assumed,
        direction=facts.direction,
        queue=facts.queue,
        cross_sold=facts.cross_sold,
        signed_for=facts.signed_for,
        fields=facts.fields,
        recording=RecordingShown(
            duration=facts.recording.duration,
            sample_rate=facts.recording.sample_rate,
            channels=facts.recording.channels,
            codec=facts.recording.codec,
            parties=facts.parties,
            audible=bool(found.path) and Path(found.path).is_file(),
        ),
        scorecard=found.card,
        measures=found.measures,
        warnings=found.warnings,
        policy=found.card.policy,
        run=found.run_id,
        scored_at=found.at,
    )


def note_seen(house: House, actor: Actor, action: str, call: str) -> None:
    """Note a masked view; the same person looking again within ten minutes is the same look."""
    key = f"{actor.id}\x1f{action}\x1f{call}"
    at = house.now()
    last = house.looks.get(key)
    if last is None or at - last > timedelta(minutes=10):  # type: ignore[operator]
        house.looks.put(key, at)
        house.trace.saw(actor.id, action, f"call:{call}")


def raw_of(house: House, actor: Actor, work: UnitOfWork, call: str, action: str) -> Processed:
    """The raw result, after the use was recorded.

    Raises:
        Refusal: ``auth.raw`` where right or mark is missing, ``missing``.
        StoreError: ``store.raw`` where the raw text was taken away.
    """
    require_raw(actor, work, call)
    stored: StoredResult | None = work.results.latest(call)
    if stored is None:
        raise Refusal("missing")
    raw = house.centre.raw(stored)
    house.trace.used(actor.id, action, f"call:{call}")
    return raw


def require_raw(actor: Actor, work: UnitOfWork, call: str) -> None:
    """Raises `Refusal` where the actor may not see or hear this call raw."""
    if not actor.has(Right.calls_raw) or not actor.person.raw:
        raise Refusal("auth.raw")
    summary_for(actor.other(Right.calls_raw), work, call)


@router.get("/{call}/transcript", responses=answers(404, 410))
def transcript(
    house: TheHouse,
    actor: TheReader,
    work: Read,
    call: CallId,
    *,
    raw: RawWanted = False,
    text: Annotated[str | None, Query(max_length=200, description="Mark where this was said.")] = None,
) -> TranscriptShown:
    """Who said what; masked unless raw is asked for."""
    summary_for(actor, work, call)
    row = work.results.latest_row(call)
    if row is None:
        raise Refusal("missing")
    if raw:
        heard = Spoken.of(raw_of(house, actor, work, call, "transcript.viewed_raw").transcript)
    else:
        heard = work.transcripts.spoken(row.transcript_key)
        note_seen(house, actor, "transcript.viewed", call)
    return TranscriptShown(
        call=call,
        masked=heard.masked,
        language=heard.language,
        recogniser=heard.model,
        turns=tuple(
            TurnShown(
                index=turn.index,
                party=turn.party,
                start=turn.start,
                end=turn.end,
                text=turn.text,
                confidence=round(turn.confidence, 3),
                words=turn.words,
            )
            for turn in heard.turns
        ),
        removed=heard.removed,
        hidden=tuple(
            HiddenShown(
                kind=one.kind,
                turn=one.turn,
                first=one.characters.start,
                last=one.characters.end,
                start=one.span.start,
                end=one.span.end,
            )
            for one in work.personal_data.of(row.personal_key)
        ),
        matches=tuple(
            MatchShown(turn=m.turn, start=m.start, end=m.end, text=heard.turns[m.turn].text[m.start : m.end])
            for m in (work.calls.matches(call, text) if text and text.strip() else ())
        ),
    )


@router.get("/{call}/findings", responses=answers(404, 410))
def findings(
    house: TheHouse, actor: TheReader, work: Read, call: CallId, *, raw: RawWanted = False
) -> FindingsShown:
    """Steps and rules with evidence."""
    summary_for(actor, work, call)
    refuse_blind(work, actor, call)
    if raw:
        found = raw_of(house, actor, work, call, "findings.viewed_raw").findings
    else:
        row = work.results.latest_row(call)
        found = work.findings.of(row.findings_key) if row else ()
        note_seen(house, actor, "findings.viewed", call)
    return FindingsShown(call=call, masked=not raw, findings=tuple(found))


@router.get("/{call}/techniques", responses=answers(404))
def techniques(house: TheHouse, actor: TheReader, work: Read, call: CallId) -> TechniquesShown:
    """Techniques, reactions, stages and answered objections."""
    summary_for(actor, work, call)
    refuse_blind(work, actor, call)
    row = work.results.latest_row(call)
    if row is None:
        raise Refusal("missing")
    reading = work.techniques.get(row.techniques_key)
    note_seen(house, actor, "techniques.viewed", call)
    return TechniquesShown(
        call=call,
        tags=reading.tags,
        reactions=reading.reactions,
        stages=reading.stages,
        moments=reading.moments,
        labels=_labels(house, work.scorecards.get(row.scorecard_id).policy.sha256),
    )


def _labels(house: House, sha256: str) -> tuple[LabelShown, ...]:
    """Technique labels of a policy, or of the newest where it is gone."""
    every = house.centre.policies
    policy = next((one for one in every if one.ref.sha256 == sha256), every[-1])
    return tuple(LabelShown(id=one.id, title=one.title) for one in policy.techniques.labels)


@router.get("/{call}/scorecard", responses=answers(404))
def scorecard(actor: TheReader, work: Read, call: CallId) -> Scorecard:
    """The machine's card; effective and original stand at ``/calls/{call}/review``."""
    found = summary_for(actor, work, call)
    refuse_blind(work, actor, call)
    return work.scorecards.get(found.scorecard)
