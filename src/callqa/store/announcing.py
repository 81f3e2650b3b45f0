"""Tells web-hooks of new results, in the transaction that stores them: never without the result, never twice for one."""

from collections.abc import Sequence
from datetime import datetime

from callqa.domain import Scorecard
from callqa.store.unit_of_work import UnitOfWork

SCORED = "call.scored"
FATAL = "call.fatal"


class Announcing:
    """Made before results are put in, told after.

    Where nobody wants to know it costs one short question, so a night's batch is not slowed down.

    Args:
        work: The transaction.
        call_ids: Calls whose results are about to be stored.
    """

    def __init__(self, work: UnitOfWork, call_ids: Sequence[str]) -> None:
        self._work = work
        self._wanted = work.hooks.wanted((SCORED, FATAL)) if call_ids else frozenset[str]()
        self._before = {one: self._card(one) for one in call_ids} if self._wanted else {}

    def tell(self, *, at: datetime) -> int:
        """Queue a message for every call whose card is another than before; how many calls.

        A card that says the same, only later, is no news: a batch done again tells nothing again.
        """
        told = 0
        for call_id, before in self._before.items():
            now, summary = self._card(call_id), self._work.calls.summary(call_id)
            if now is None or summary is None or _same(before, now):
                continue
            told += 1
            names = ("id", "day", "agent", "unit", "total", "grade", "fatal", "needs_human")
            body = {"call": {name: getattr(summary, name) for name in names}}
            for event in (SCORED, FATAL) if summary.fatal else (SCORED,):
                if event in self._wanted:
                    self._work.hooks.announce(event, body, now=at)
        return told

    def _card(self, call_id: str) -> Scorecard | None:
        row = self._work.results.latest_row(call_id)
        return self._work.scorecards.get(row.scorecard_id) if row else None


def _same(before: Scorecard | None, now: Scorecard) -> bool:
    return before is not None and before.replace(provenance=now.provenance) == now
