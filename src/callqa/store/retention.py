"""How long data is kept, what may not be deleted, and the deleting, which leaves a proof."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from callqa.store.artefacts import in_parts
from callqa.store.deleting import delete_audio, delete_results, delete_texts, kept_kinds
from callqa.store.erasures import Erasure, Erasures
from callqa.store.tables import CallRow
from callqa.store.tables_trace import HoldRow, RetentionRuleRow

Kind = Literal["audio", "raw_text", "results"]
"""Recordings; raw text (everything in ``artefacts``); everything about a call but the bare fact that it was."""
CallOutcome = Literal["all", "ordered", "not_ordered"]


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long one kind of data is kept.

    Attributes:
        id: Unique.
        kind: What.
        days: Days after the day of the call; at least 1.
        outcome: For calls of this outcome; a rule for an outcome beats one for ``all``.
    """

    id: str
    kind: Kind
    days: int
    outcome: CallOutcome = "all"


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold.

    Attributes:
        id: Unique.
        kind: What ``subject`` names: a call, an agent (as on the call), or a customer by keyed hash.
        subject: Its id.
        reason: Why.
        set_by: Who set it.
        set_at: When.
        released_by: Who lifted it; None = in force.
        released_at: When.
    """

    id: str
    kind: Literal["call", "agent", "customer"]
    subject: str
    reason: str
    set_by: str
    set_at: datetime
    released_by: str | None = None
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What the rules say must go.

    Attributes:
        calls: Kind → calls whose data of this kind is older than its rule allows and is still there.
        held: Kind → calls that are kept only because of a legal hold.
    """

    calls: dict[Kind, tuple[str, ...]]
    held: dict[Kind, tuple[str, ...]]


class Retention:
    """Repository of rules and holds."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rules(self) -> tuple[RetentionRule, ...]:
        """All rules, by id."""
        rows = self._session.scalars(select(RetentionRuleRow).order_by(RetentionRuleRow.id))
        return tuple(
            RetentionRule(id=row.id, kind=row.kind, days=row.days, outcome=row.outcome)  # type: ignore[arg-type]
            for row in rows
        )

    def put_rules(self, rules: Sequence[RetentionRule]) -> None:
        """Make the rules exactly these.

        Raises:
            ValueError: Two for the same kind and outcome, or fewer days than one.
        """
        places = [(rule.kind, rule.outcome) for rule in rules]
        if len(set(places)) != len(places) or any(rule.days < 1 for rule in rules):
            raise ValueError("one rule per kind and outcome, of one day or more")
        for row in self._session.scalars(select(RetentionRuleRow)):
            self._session.delete(row)
        self._session.flush()
        for rule in rules:
            self._session.add(
                RetentionRuleRow(id=rule.id, kind=rule.kind, days=rule.days, outcome=rule.outcome)
            )
        self._session.flush()

    def hold(self, hold: Hold) -> None:
        """Set a legal hold."""
        self._session.add(HoldRow(**{name: getattr(hold, name) for name in Hold.__slots__}))
        self._session.flush()

    def release(self, hold_id: str, *, by: str, now: datetime) -> bool:
        """Lift a hold; False where there is none in force."""
        found = self._session.scalar(
            update(HoldRow)
            .where(HoldRow.id == hold_id, HoldRow.released_at.is_(None))
            .values(released_by=by, released_at=now)
            .returning(HoldRow.id)
        )
        return found is not None

    def holds(self, *, in_force: bool = True) -> tuple[Hold, ...]:
        """Holds, oldest first."""
        wanted = select(HoldRow).order_by(HoldRow.set_at, HoldRow.id)
        if in_force:
            wanted = wanted.where(HoldRow.released_at.is_(None))
        return tuple(
            Hold(**{name: getattr(row, name) for name in Hold.__slots__})
            for row in self._session.scalars(wanted)
        )

    def held(self, call_ids: Collection[str]) -> set[str]:
        """Those of the calls that a hold keeps."""
        found: set[str] = set()
        for some in in_parts(call_ids):
            found.update(self._session.scalars(select(CallRow.id).where(CallRow.id.in_(some), _on_hold())))
        return found

    def due(self, *, now: datetime) -> Due:
        """What must go by now, without deleting anything (the dry run)."""
        rules = self.rules()
        calls: dict[Kind, tuple[str, ...]] = {}
        held: dict[Kind, tuple[str, ...]] = {}
        for kind in ("audio", "raw_text", "results"):
            old: set[str] = set()
            for rule in rules:
                if rule.kind == kind:
                    own: set[str] = {
                        one.outcome for one in rules if one.kind == kind and one.outcome != "all"
                    }
                    old.update(self._older(rule, but=own, now=now))
            there = kept_kinds(self._session, kind, old)
            kept = self.held(there)
            calls[kind] = tuple(sorted(there - kept))
            held[kind] = tuple(sorted(kept))
        return Due(calls=calls, held=held)

    def _older(self, rule: RetentionRule, *, but: set[str], now: datetime) -> set[str]:
        last = (now - timedelta(days=rule.days)).date().isoformat()
        wanted = select(CallRow.id).where(CallRow.day < last)
        if rule.outcome != "all":
            wanted = wanted.where(_outcome(rule.outcome))
        else:
            wanted = wanted.where(*(~_outcome(outcome) for outcome in sorted(but)))
        return set(self._session.scalars(wanted))

    def apply(self, *, now: datetime, by: str, erasure_id: str) -> Erasure | None:
        """Delete what `due` lists and keep a proof; None where nothing was due.

        Files are not touched: the proof names them, whoever deletes them says so by `Erasures.files_gone`.

        Args:
            now: Now.
            by: Who asked.
            erasure_id: Id of the proof.
        """
        due = self.due(now=now)
        if not any(due.calls.values()):
            return None
        counts: dict[str, int] = {}
        files = delete_audio(self._session, due.calls["audio"])
        for deleted in (
            delete_texts(self._session, due.calls["raw_text"]),
            delete_results(self._session, due.calls["results"]),
        ):
            for table, number in deleted.items():
                counts[table] = counts.get(table, 0) + number
        every = sorted({call for ids in due.calls.values() for call in ids})
        return Erasures(self._session).note(
            Erasure(
                id=erasure_id,
                kind="retention",
                subject="",
                asked_by=by,
                at=now,
                reason="保存期限已到",
                calls=tuple(every),
                counts=counts,
                files=tuple(files),
            )
        )


def _outcome(outcome: str) -> ColumnElement[bool]:
    if outcome == "ordered":
        return CallRow.ordered.is_(True)
    return or_(CallRow.ordered.is_(False), CallRow.ordered.is_(None))


def _on_hold() -> ColumnElement[bool]:
    def named(kind: str) -> Select[str]:
        return select(HoldRow.subject).where(HoldRow.kind == kind, HoldRow.released_at.is_(None))

    return or_(
        CallRow.id.in_(named("call")),
        CallRow.agent.in_(named("agent")),
        CallRow.customer_key.in_(named("customer")),
    )
