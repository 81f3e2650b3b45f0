"""What a list of calls is read from: one row per call, its hits, its sounds. Derived, never the source.

Written in the same transaction as the results and review events it copies; ``callqa db verify`` compares, and
``callqa.store.index.rebuild`` makes it anew.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Boolean, Float, ForeignKey, Index, Integer, String, Text, event
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from callqa.store.columns import Sequence, UtcTime
from callqa.store.tables import Table

_Id = String(128)
Bytewise = Text().with_variant(Text(collation="C"), "postgresql")
"""Text ordered by code point on both databases, so that a prefix is a range."""
Grams = Text().with_variant(ARRAY(Integer), "postgresql")
"""Hashes of neighbouring syllables; on SQLite they lie in the full-text table ``call_grams`` and this stays empty."""


_FILTERED = (
    *("unit_path", "agent", "day", "product", "campaign", "region", "ordered"),
    *("grade", "fatal", "needs_human", "review_state"),
)
"""What lists are filtered by: copied into the two indexes that give their order, so that a walk reads nothing else."""


class CallIndexRow(Table):
    """A call as a list shows it: facts, place in the organisation on its day, machine's and effective score."""

    __tablename__ = "call_index"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), unique=True)
    result_seq: Mapped[int] = mapped_column(Sequence)
    scorecard_id: Mapped[str] = mapped_column(ForeignKey("scorecards.id"))
    day: Mapped[str | None] = mapped_column(String(10))
    order_at: Mapped[datetime] = mapped_column(UtcTime)
    started_local: Mapped[str | None] = mapped_column(String(40))
    agent: Mapped[str | None] = mapped_column(_Id)
    unit: Mapped[str | None] = mapped_column(_Id)
    unit_path: Mapped[str] = mapped_column(Bytewise)
    product: Mapped[str | None] = mapped_column(Text)
    campaign: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    ordered: Mapped[bool | None] = mapped_column(Boolean)
    amount: Mapped[float | None] = mapped_column(Float)
    language: Mapped[str] = mapped_column(String(16))
    duration: Mapped[int] = mapped_column(Integer)
    turns: Mapped[int] = mapped_column(Integer)
    demo: Mapped[bool] = mapped_column(Boolean)
    machine_total: Mapped[float | None] = mapped_column(Float)
    total: Mapped[float | None] = mapped_column(Float)
    order_total: Mapped[float] = mapped_column(Float)
    grade: Mapped[str | None] = mapped_column(_Id)
    grade_title: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    fatal: Mapped[bool] = mapped_column(Boolean)
    needs_human: Mapped[int] = mapped_column(Integer)
    review_state: Mapped[str] = mapped_column(String(16))
    open_appeals: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    __table_args__ = (
        Index("ix_call_index_by_time", "order_at", "call_id", *_FILTERED, "order_total"),
        Index("ix_call_index_by_total", "order_total", "call_id", *_FILTERED, "order_at"),
        Index("ix_call_index_agent", "agent"),
        Index("ix_call_index_unit_path", "unit_path"),
        Index("ix_call_index_review_state", "review_state"),
        Index("ix_call_index_fatal", "fatal"),
        Index("ix_call_index_grade", "grade"),
    )


class CallHitRow(Table):
    """A step or rule with its verdict, a technique or a reaction that occurs in the call."""

    __tablename__ = "call_hits"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16), primary_key=True)
    seq: Mapped[int] = mapped_column(ForeignKey("call_index.seq"), primary_key=True, index=True)
    hits: Mapped[int] = mapped_column(Integer)
    __table_args__ = ({"sqlite_with_rowid": False},)


class CallSoundRow(Table):
    """The masked words of a call and how they sound: a line per turn, a character per syllable (see `store.sounds`)."""

    __tablename__ = "call_sounds"
    seq: Mapped[int] = mapped_column(ForeignKey("call_index.seq"), primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text)
    sounds: Mapped[str] = mapped_column(Text)
    grams: Mapped[Any] = mapped_column(Grams, nullable=True)
    __table_args__ = (Index("ix_call_sounds_grams", "grams", postgresql_using="gin"),)


FULL_TEXT = "call_grams"
"""SQLite's full-text index; its rowid is ``call_sounds.seq``."""
_MAKE = (
    f"CREATE VIRTUAL TABLE {FULL_TEXT} USING fts5"
    "(grams, content='', detail=none, columnsize=0, tokenize='ascii')"
)

event.listen(CallSoundRow.__table__, "after_create", DDL(_MAKE).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
