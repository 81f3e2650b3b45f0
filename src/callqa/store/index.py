"""The derived index of calls: written with every result and every review event, rebuilt on request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from callqa.domain import (
    Appeal,
    Escalate,
    Finding,
    Finish,
    Processed,
    ReviewEvent,
    Ruling,
    Scorecard,
    Subject,
    TechniqueReading,
    Transcript,
    Undo,
    Withdraw,
)
from callqa.store import sounds
from callqa.store.placing import Placing
from callqa.store.search import ReviewState, Standing
from callqa.store.tables import CallRow, ResultRow, ReviewEventRow
from callqa.store.tables_index import FULL_TEXT, CallHitRow, CallIndexRow, CallSoundRow

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the start of a call that has none, so that it can be sorted."""
StandingOf = Callable[[Scorecard, Sequence[ReviewEvent]], Standing]
"""How a card stands after its events; the replay lives in the review room, which this room does not know."""


def as_by_machine(card: Scorecard, events: Sequence[ReviewEvent] = ()) -> Standing:
    """The machine's card with a review state read off the kinds of events; the score is the machine's."""
    taken_back = {event.event for event in events if isinstance(event, Undo)}
    standing = [event for event in events if event.id not in taken_back and not isinstance(event, Undo)]
    appeals = {event.id for event in standing if isinstance(event, Appeal)}
    closed = {event.appeal for event in standing if isinstance(event, Ruling | Withdraw)}
    for event in standing:  # a decided appeal that goes a level up is open again
        if isinstance(event, Escalate):
            closed.discard(event.appeal)
        elif isinstance(event, Ruling | Withdraw):
            closed.add(event.appeal)
    state: ReviewState = "in_review" if standing else "unreviewed"
    if any(isinstance(event, Finish) for event in standing):
        state = "reviewed"
    if appeals - closed:
        state = "appealed"
    elif any(isinstance(event, Ruling) for event in standing):
        state = "ruled"
    return Standing(
        total=card.total,
        grade=card.grade,
        grade_title=card.grade_title,
        action=card.action,
        fatal=bool(card.fatal),
        needs_human=card.needs_human,
        review_state=state,
        open_appeals=len(appeals - closed),
    )


def hits_of(findings: Sequence[Finding], reading: TechniqueReading) -> dict[tuple[str, str, str], int]:
    """What occurs in a call: (kind, id, verdict) → how often. What does not apply is left out."""
    found: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        verdict = finding.verdict.value
        if verdict != "not_applicable":
            kind = "step" if finding.subject is Subject.step else "rule"
            found[kind, finding.id, verdict] = max(1, finding.hits)
    for tag in reading.tags:
        found["technique", tag.label, ""] = found.get(("technique", tag.label, ""), 0) + 1
    for reaction in reading.reactions:
        place = ("reaction", reaction.reaction.value, "")
        found[place] = found.get(place, 0) + 1
    return found


def words_of(transcript: Transcript) -> str:
    """The words of a masked transcript, one line per turn."""
    return sounds.BREAK.join(turn.text.replace(sounds.BREAK, " ") for turn in transcript.turns)


@dataclass(frozen=True, slots=True)
class Concluded:
    """A result in force.

    Attributes:
        masked: Everything about the call, personal data masked.
        seq: Number of the result.
        card_id: Id of its card.
        demo: Heard by the demonstration recogniser.
    """

    masked: Processed
    seq: int
    card_id: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index says of one call.

    Attributes:
        values: Columns of its row.
        hits: What occurs in it, with how often.
        words: Its masked words, a line per turn.
        sounds: How they sound.
    """

    values: dict[str, Any]
    hits: dict[tuple[str, str, str], int]
    words: str
    sounds: str


class CallIndex:
    """Writes the index; one per transaction, so that the organisation is read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._placing = Placing(session)

    def read(self, result: Concluded, *, standing: Standing | None = None) -> Indexed:
        """What the index should say of a call whose result in force is this one.

        Args:
            result: The result.
            standing: After review; None: the card is new and nobody spoke about it.
        """
        call, card = result.masked.call, result.masked.scorecard
        placed = self._placing.place(call.agent, call.day, call.group)
        standing = standing or as_by_machine(card)
        values: dict[str, Any] = {
            "call_id": call.id,
            "result_seq": result.seq,
            "scorecard_id": result.card_id,
            "day": call.day,
            "order_at": call.started_at or NEVER,
            "started_local": call.started_at.isoformat() if call.started_at else None,
            "agent": placed.agent,
            "unit": placed.unit,
            "unit_path": placed.path,
            **{name: getattr(call, name) for name in ("product", "campaign", "region", "ordered", "amount")},
            "language": result.masked.transcript.language,
            "duration": call.recording.duration,
            "turns": len(result.masked.transcript.turns),
            "demo": result.demo,
            "machine_total": card.total,
            "version": version_of(self._session, call.id),
            "reviewed_at": reviewed_at(self._session, call.id, result.card_id),
            **standing_values(standing),
        }
        words = words_of(result.masked.transcript)
        return Indexed(
            values=values,
            hits=hits_of(result.masked.findings, result.masked.techniques),
            words=words,
            sounds=sounds.BREAK.join(map(sounds.hear, words.split(sounds.BREAK))),
        )

    def put(self, result: Concluded, *, standing: Standing | None = None) -> None:
        """The row, hits and sounds of a call whose result in force is this one; see `read`."""
        call_id = result.masked.call.id
        lock_call(self._session, call_id)
        now = self.read(result, standing=standing)
        seq = self._session.scalar(select(CallIndexRow.seq).where(CallIndexRow.call_id == call_id))
        if seq is None:
            wanted = insert(CallIndexRow).values(**now.values).returning(CallIndexRow.seq)
            seq = int(self._session.execute(wanted).scalar_one())
        else:
            self._session.execute(update(CallIndexRow).where(CallIndexRow.seq == seq).values(**now.values))
            self._session.execute(delete(CallHitRow).where(CallHitRow.seq == seq))
        if now.hits:
            self._session.execute(
                insert(CallHitRow),
                [
                    {"seq": seq, "kind": kind, "id": one, "verdict": verdict, "hits": times}
                    for (kind, one, verdict), times in now.hits.items()
                ],
            )
        self._put_sounds(seq, now)

    def drop(self, call_id: str) -> None:
        """Take a call out of the index."""
        seq = self._session.scalar(select(CallIndexRow.seq).where(CallIndexRow.call_id == call_id))
        if seq is not None:
            self._drop_sounds(seq)
            self._session.execute(delete(CallHitRow).where(CallHitRow.seq == seq))
            self._session.execute(delete(CallIndexRow).where(CallIndexRow.seq == seq))

    def drop_words(self, call_id: str) -> None:
        """Forget what was said in a call and how it sounds."""
        seq = self._session.scalar(select(CallIndexRow.seq).where(CallIndexRow.call_id == call_id))
        if seq is not None:
            self._drop_sounds(seq)
            self._session.execute(update(CallIndexRow).where(CallIndexRow.seq == seq).values(turns=0))

    def _put_sounds(self, seq: int, now: Indexed) -> None:
        known = self._session.execute(
            select(CallSoundRow.words, CallSoundRow.sounds).where(CallSoundRow.seq == seq)
        ).one_or_none()
        if known is not None and (known.words, known.sounds) == (now.words, now.sounds):
            return
        if known is not None:
            self._drop_sounds(seq)
        numbers = sorted(sounds.grams(now.sounds))
        sqlite = self._session.get_bind().dialect.name == "sqlite"
        self._session.execute(
            insert(CallSoundRow),
            [{"seq": seq, "words": now.words, "sounds": now.sounds, "grams": None if sqlite else numbers}],
        )
        if sqlite:
            self._session.execute(
                text(f"INSERT INTO {FULL_TEXT} (rowid, grams) VALUES (:seq, :grams)"),
                {"seq": seq, "grams": " ".join(map(str, numbers))},
            )

    def _drop_sounds(self, seq: int) -> None:
        heard = self._session.scalar(select(CallSoundRow.sounds).where(CallSoundRow.seq == seq))
        if heard is not None and self._session.get_bind().dialect.name == "sqlite":
            # without content of its own the table must be told what it holds under this row
            self._session.execute(
                text(f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}, rowid, grams) VALUES ('delete', :seq, :grams)"),
                {"seq": seq, "grams": " ".join(map(str, sorted(sounds.grams(heard))))},
            )
        self._session.execute(delete(CallSoundRow).where(CallSoundRow.seq == seq))


def standing_values(standing: Standing) -> dict[str, Any]:
    """Columns of the index that follow from a standing."""
    return {
        "total": standing.total,
        "order_total": -1.0 if standing.total is None else standing.total,
        "grade": standing.grade,
        "grade_title": standing.grade_title,
        "action": standing.action,
        "fatal": standing.fatal,
        "needs_human": standing.needs_human,
        "review_state": standing.review_state,
        "open_appeals": standing.open_appeals,
    }


def lock_call(session: Session, call_id: str) -> bool:
    """Keep other writers off a call until the transaction ends; False where there is no such call."""
    wanted = select(CallRow.id).where(CallRow.id == call_id).with_for_update(key_share=True)
    return session.scalar(wanted) is not None


def reviewed_at(session: Session, call_id: str, card_id: str) -> datetime | None:
    """When a card was last finished."""
    return session.scalar(
        select(func.max(ReviewEventRow.at)).where(
            ReviewEventRow.call_id == call_id,
            ReviewEventRow.scorecard_id == card_id,
            ReviewEventRow.kind == "finish",
        )
    )


def version_of(session: Session, call_id: str) -> int:
    """Number of review events of a call."""
    return int(
        session.scalar(
            select(func.coalesce(func.max(ReviewEventRow.number), 0)).where(ReviewEventRow.call_id == call_id)
        )
        or 0
    )


def rebuild(engine: Engine, *, standing_of: StandingOf = as_by_machine, batch: int = 200) -> int:
    """Make the whole index anew from results and events, some calls per transaction; how many calls it has.

    Args:
        engine: The open database.
        standing_of: The replay; without it scores are the machine's.
        batch: Calls per transaction.
    """
    from callqa.store.unit_of_work import UnitOfWork

    _empty_words(engine)
    with UnitOfWork(engine) as work:
        ids = list(work.session.scalars(select(ResultRow.call_id).distinct().order_by(ResultRow.call_id)))
    for start in range(0, len(ids), batch):
        with UnitOfWork(engine, writes=True) as work:
            index = CallIndex(work.session)
            for call_id in ids[start : start + batch]:
                reindex(work.session, call_id, index=index, standing_of=standing_of)
    return len(ids)


def _empty_words(engine: Engine) -> None:
    # what SQLite's full-text table holds cannot be told from rows that may have been changed: it is made anew
    from callqa.store.unit_of_work import UnitOfWork

    with UnitOfWork(engine, writes=True) as work:
        work.session.execute(delete(CallSoundRow))
        if engine.dialect.name == "sqlite":
            work.session.execute(text(f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}) VALUES ('delete-all')"))


def reindex(session: Session, call_id: str, *, index: CallIndex, standing_of: StandingOf) -> None:
    """Make the index of one call anew; nothing where it has no result."""
    found = result_in_force(session, call_id)
    if found is not None:
        result, events = found
        index.put(result, standing=standing_of(result.masked.scorecard, events))


def result_in_force(session: Session, call_id: str) -> tuple[Concluded, list[ReviewEvent]] | None:
    """The result in force with the events about its card, or None where the call was never finished."""
    from callqa.store.results import Results  # it writes this index
    from callqa.store.reviews import Reviews

    results = Results(session)
    row = results.latest_row(call_id)
    if row is None:
        return None
    events = [one for one in Reviews(session).of(call_id) if one.scorecard == row.scorecard_id]
    masked = results.restore(row).masked
    return Concluded(masked=masked, seq=row.seq, card_id=row.scorecard_id, demo=row.demo), events
