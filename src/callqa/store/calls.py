"""Calls and their recordings, and the list of them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from callqa.domain import Call, IncomingCall
from callqa.store import codec
from callqa.store.detail import Detail, detail_of
from callqa.store.listing import Listing
from callqa.store.search import CallFilter, CallSummary, Page, Place, Scope, Sort, TextMatch, Totals
from callqa.store.tables import CallRow, RecordingRow


class Calls:
    """Repository of calls."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, call: Call, *, path: str) -> None:
        """A new call, or newer facts of a known one."""
        self._session.merge(RecordingRow(**codec.recording_values(call.recording)))
        self._session.flush()
        self._session.merge(CallRow(**codec.call_values(call, path=path)))
        self._session.flush()

    def get(self, call_id: str) -> Call | None:
        """One call, or None."""
        row = self._session.get(CallRow, call_id)
        return codec.call_of(row, self._recording(row.sha256)) if row else None

    def _recording(self, sha256: str) -> RecordingRow:
        return self._session.get_one(RecordingRow, sha256)

    def incoming(
        self, *, first_day: str | None = None, last_day: str | None = None, ids: Sequence[str] | None = None
    ) -> list[IncomingCall]:
        """Stored calls as intake would give them, by id.

        Args:
            first_day: First local day, ``YYYY-MM-DD``, inclusive; a call without a start has no day and is left
                out as soon as either end is given.
            last_day: Last local day, inclusive.
            ids: Only these calls.
        """
        wanted = select(CallRow).order_by(CallRow.id)
        if first_day is not None:
            wanted = wanted.where(CallRow.day >= first_day)
        if last_day is not None:
            wanted = wanted.where(CallRow.day <= last_day)
        if ids is not None:
            wanted = wanted.where(CallRow.id.in_(ids))
        return [codec.incoming_of(row) for row in self._session.scalars(wanted)]

    def path(self, call_id: str) -> str | None:
        """Where the recording lay when it was scored; None where the call is unknown."""
        return self._session.scalar(select(CallRow.path).where(CallRow.id == call_id))

    def page(
        self,
        filters: CallFilter,
        *,
        sort: Sort = "newest",
        after: Place | None = None,
        limit: int = 50,
        count: bool = False,
    ) -> Page[CallSummary]:
        """A page of finished calls.

        Args:
            filters: Which calls; its scope is always kept.
            sort: In what order; ties by id.
            after: ``next`` of the page before, under the same filters and sort.
            limit: Calls per page.
            count: Also count all of them.
        """
        return Listing(self._session).page(filters, sort=sort, after=after, limit=limit, count=count)

    def totals(self, filters: CallFilter) -> Totals:
        """Figures over all calls of a filter."""
        return Listing(self._session).totals(filters)

    def summary(self, call_id: str, scope: Scope | None = None) -> CallSummary | None:
        """One finished call; None where it is unknown or outside the scope."""
        return Listing(self._session).summary(call_id, scope)

    def summaries(self, call_ids: Collection[str], scope: Scope) -> dict[str, CallSummary]:
        """Those of some calls that are finished and within the scope, by id."""
        return Listing(self._session).summaries(call_ids, scope)

    def detail(self, call_id: str, scope: Scope, *, viewer: str) -> Detail | None:
        """One finished call with facts, card and measures; None where it is unknown or outside the scope."""
        return detail_of(self._session, call_id, scope, viewer=viewer)

    def matches(self, call_id: str, text: str) -> tuple[TextMatch, ...]:
        """Places where a text, or what sounds like it, was said in a call; the caller has checked the scope."""
        return Listing(self._session).matches(call_id, text)
