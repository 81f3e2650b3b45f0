"""Units, people, posts, and how people prove who they are."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callqa.store.columns import Document, Sequence, UtcTime
from callqa.store.tables import Table

_Id = String(128)
_Hash = String(64)


class UnitRow(Table):
    """A node of the organisation."""

    __tablename__ = "units"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    parent: Mapped[str | None] = mapped_column(_Id)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class PersonRow(Table):
    """Somebody; never deleted, since events name people."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    name: Mapped[str] = mapped_column(Text, index=True)
    login: Mapped[str | None] = mapped_column(_Id, unique=True)
    languages: Mapped[list[str]] = mapped_column(Document)
    minutes_a_day: Mapped[int] = mapped_column(Integer)
    raw: Mapped[bool] = mapped_column(Boolean)
    active: Mapped[bool] = mapped_column(Boolean)


class PostRow(Table):
    """Who is what, where, and when."""

    __tablename__ = "posts"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    unit: Mapped[str] = mapped_column(_Id, index=True)
    role: Mapped[str] = mapped_column(String(32))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class AccountRow(Table):
    """A person's password and the subject at the centre's own directory."""

    __tablename__ = "accounts"
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    one_time: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    subject: Mapped[str | None] = mapped_column(Text, unique=True)


class AttemptRow(Table):
    """Failed attempts to sign in, by login name or by address; also of names nobody has."""

    __tablename__ = "sign_in_attempts"
    name: Mapped[str] = mapped_column(_Id, primary_key=True)
    failed: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(UtcTime)
    locked_until: Mapped[datetime | None] = mapped_column(UtcTime)


class SessionRow(Table):
    """A browser that is signed in; only the hash of its cookie is kept."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(_Hash, primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    csrf: Mapped[str] = mapped_column(_Id)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class TokenRow(Table):
    """A program's key; only its hash is kept."""

    __tablename__ = "tokens"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    secret: Mapped[str] = mapped_column(_Hash, unique=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class NotificationRow(Table):
    """A line in somebody's inbox."""

    __tablename__ = "notifications"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(_Id, unique=True)
    person: Mapped[str] = mapped_column(_Id)
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcTime)
    __table_args__ = (Index("ix_notifications_person_seq", "person", "seq"),)
