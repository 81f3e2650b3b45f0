"""Review events: append-only, and of two writers who saw the same state only one wins."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from callqa.domain import Finish, ReviewEvent, StoreError
from callqa.store import codec
from callqa.store.artefacts import in_parts
from callqa.store.index import as_by_machine, lock_call, standing_values, version_of
from callqa.store.search import Standing
from callqa.store.tables import ReviewEventRow, ScorecardRow
from callqa.store.tables_index import CallIndexRow


class ReviewConflict(StoreError):
    """Somebody else wrote first (``review.conflict``).

    Attributes:
        version: The version now.
        events: What was written since the version that was expected.
    """

    def __init__(self, *, version: int, events: Sequence[ReviewEvent]) -> None:
        super().__init__(
            "这通电话刚被别人改过。", code="review.conflict", hint="请看过对方的改动，再提交一次。"
        )
        self.version = version
        self.events = tuple(events)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with what it carries."""
        return (_conflict, (self.version, self.events))


def _conflict(version: int, events: tuple[ReviewEvent, ...]) -> ReviewConflict:
    return ReviewConflict(version=version, events=events)


class Reviews:
    """Repository of review events. It can add and read, and has no way to change or delete."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._locked: dict[str, int] = {}

    def append(
        self,
        events: ReviewEvent | Sequence[ReviewEvent],
        *,
        expected: int | None = None,
        standing: Standing | None = None,
    ) -> int:
        """Add events of one call at its end; its version afterwards.

        Events already there under their ids are counted once: where all are, nothing happens, whatever is expected.

        Args:
            events: Of one call, in order.
            expected: The version the writer saw; None takes whatever it is (deadlines, imports).
            standing: How the card stands after them, for the index; None: scores stay, the state follows the kinds.

        Raises:
            ReviewConflict: Another version is in force; nothing is added.
            StoreError: ``review.unknown``: no such call or card.
        """
        new = list(events) if isinstance(events, Sequence) else [events]
        if not new:
            raise ValueError("no event to add")
        call_id = new[0].call_id
        if any(event.call_id != call_id for event in new):
            raise ValueError("events of one call at a time")
        version = self.lock(call_id)
        known = self._known(new)
        new = [event for event in new if event.id not in known]
        if not new:
            return version
        if expected is not None and version != expected:
            raise ReviewConflict(version=version, events=self.of(call_id)[expected:])
        row = self._session.execute(
            select(CallIndexRow.seq, CallIndexRow.scorecard_id).where(CallIndexRow.call_id == call_id)
        ).one_or_none()
        if row is None or any(event.scorecard != row.scorecard_id for event in new):
            self._cards_known(new)
        self._put(new, version=version)
        version += len(new)
        self._locked[call_id] = version
        if row is not None:
            self._index(new, row.seq, row.scorecard_id, version=version, standing=standing)
        return version

    def add(self, events: Sequence[ReviewEvent], *, expected: int, standing: Standing) -> bool:
        """Add events of one call that were checked against what was read in another transaction.

        Asks as little as it can: others wait for this transaction.

        Args:
            events: Of one call, in order, all about the card in force.
            expected: The version they were checked against.
            standing: How the card stands after them.

        Returns:
            False where version or card changed since, or an event is known already: nothing is added.
        """
        call_id, card_id = events[0].call_id, events[0].scorecard
        if self._session.get_bind().dialect.name != "sqlite":
            lock_call(
                self._session, call_id
            )  # scoring again reads the version and writes it back under this lock
        self._locked.pop(call_id, None)
        ids = [event.id for event in events]
        values: dict[str, object] = {"version": expected + len(events), **standing_values(standing)}
        finished = [event.at for event in events if isinstance(event, Finish)]
        if finished:
            values["reviewed_at"] = max(finished)
        changed = self._session.execute(
            update(CallIndexRow.__table__)  # type: ignore[arg-type]
            .where(
                CallIndexRow.call_id == call_id,
                CallIndexRow.version == expected,
                CallIndexRow.scorecard_id == card_id,
                ~select(ReviewEventRow.seq).where(or_(*(ReviewEventRow.id == one for one in ids))).exists(),
            )
            .values(**values)
        )
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            return False
        self._put(events, version=expected)
        return True

    def _known(self, events: Sequence[ReviewEvent]) -> set[str]:
        wanted = select(ReviewEventRow.id).where(ReviewEventRow.id.in_([event.id for event in events]))
        return set(self._session.scalars(wanted))

    def _put(self, events: Sequence[ReviewEvent], *, version: int) -> None:
        self._session.execute(
            insert(ReviewEventRow.__table__),  # type: ignore[arg-type]
            [codec.event_values(event) | {"number": version + 1 + n} for n, event in enumerate(events)],
        )

    def lock(self, call_id: str) -> int:
        """Keep other writers off this call until the transaction ends; its version.

        Raises:
            StoreError: ``review.unknown`` where there is no such call.
        """
        if call_id not in self._locked:
            if not lock_call(self._session, call_id):
                raise _unknown(call_id)
            self._locked[call_id] = version_of(self._session, call_id)
        return self._locked[call_id]

    def _cards_known(self, events: Sequence[ReviewEvent]) -> None:
        cards = {event.scorecard for event in events}
        known = self._session.execute(
            select(ScorecardRow.id, ScorecardRow.call_id).where(ScorecardRow.id.in_(cards))
        ).all()
        if {card for card, call in known if call == events[0].call_id} != cards:
            raise _unknown(events[0].call_id)

    def _index(
        self, new: Sequence[ReviewEvent], seq: int, card_id: str, *, version: int, standing: Standing | None
    ) -> None:
        values: dict[str, object] = {"version": version}
        if standing is not None:
            values |= standing_values(standing)
        elif any(event.scorecard == card_id for event in new):
            card = codec.scorecard_of(self._session.get_one(ScorecardRow, card_id))
            spoken = [event for event in self.of(new[0].call_id) if event.scorecard == card_id]
            seen = as_by_machine(card, spoken)
            values |= {"review_state": seen.review_state, "open_appeals": seen.open_appeals}
        finished = [event.at for event in new if isinstance(event, Finish)]
        if finished:
            values["reviewed_at"] = max(finished)
        self._session.execute(update(CallIndexRow).where(CallIndexRow.seq == seq).values(**values))

    def version(self, call_id: str) -> int:
        """Number of events of a call: 0 where nobody said anything."""
        return version_of(self._session, call_id)

    def of(self, call_id: str) -> list[ReviewEvent]:
        """All events of a call, in the order they came in."""
        rows = self._session.scalars(
            select(ReviewEventRow).where(ReviewEventRow.call_id == call_id).order_by(ReviewEventRow.number)
        )
        return [codec.event_of(row) for row in rows]

    def of_calls(self, call_ids: Sequence[str]) -> dict[str, list[ReviewEvent]]:
        """All events of some calls, by call; calls without any are left out."""
        found: dict[str, list[ReviewEvent]] = {}
        for some in in_parts(call_ids):
            rows = self._session.scalars(
                select(ReviewEventRow).where(ReviewEventRow.call_id.in_(some)).order_by(ReviewEventRow.seq)
            )
            for row in rows:
                found.setdefault(row.call_id, []).append(codec.event_of(row))
        return found

    def since(self, day: date, *, until: date | None = None) -> list[ReviewEvent]:
        """Events written from a UTC day on (to another, inclusive), in the order they came in."""
        wanted = select(ReviewEventRow).where(ReviewEventRow.at >= datetime.combine(day, time(), UTC))
        if until is not None:
            after = datetime.combine(until, time(), UTC) + timedelta(days=1)
            wanted = wanted.where(ReviewEventRow.at < after)
        return [codec.event_of(row) for row in self._session.scalars(wanted.order_by(ReviewEventRow.seq))]

    def left_behind(self, *, limit: int = 100) -> list[str]:
        """Calls with events of which none speaks about the card in force: they were scored again."""
        spoken = (
            select(ReviewEventRow.seq)
            .where(
                ReviewEventRow.call_id == CallIndexRow.call_id,
                ReviewEventRow.scorecard_id == CallIndexRow.scorecard_id,
            )
            .exists()
        )
        wanted = select(CallIndexRow.call_id).where(CallIndexRow.version > 0, ~spoken)
        return list(self._session.scalars(wanted.order_by(CallIndexRow.call_id).limit(limit)))


def _unknown(call_id: str) -> StoreError:
    return StoreError(
        f"没有通话 {call_id}，或没有这张评分卡。",
        code="review.unknown",
        hint="请重新打开这通电话。",
    )
