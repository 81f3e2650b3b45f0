"""How people prove who they are: password hashes, attempts, browser sessions, programs' tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from callqa.store.tables_people import AccountRow, AttemptRow, SessionRow, TokenRow


@dataclass(frozen=True, slots=True)
class Account:
    """A person's way in.

    Attributes:
        person: Whose.
        password_hash: argon2, None where the person has no password here.
        one_time: The password must be changed at the first sign-in.
        changed_at: When it was set.
        subject: ``issuer subject`` of the centre's own directory.
    """

    person: str
    password_hash: str | None
    one_time: bool
    changed_at: datetime | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failed attempts under one name since the last success.

    Attributes:
        failed: How many.
        last_at: When the last was.
        locked_until: No attempt is looked at before then.
    """

    failed: int
    last_at: datetime
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser's session.

    Attributes:
        id: Hash of the cookie.
        person: Who.
        csrf: What the page must send with every change.
        created_at: Begin.
        expires_at: End.
    """

    id: str
    person: str
    csrf: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A program's key.

    Attributes:
        id: Shown in lists.
        secret: Hash of the key.
        person: On whose behalf.
        title: What it is for.
        scopes: What it may do.
        created_at: When.
        expires_at: End.
        revoked_at: Taken back.
        used_at: Last used.
    """

    id: str
    secret: str
    person: str
    title: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None


class Accounts:
    """Repository of accounts, sessions and tokens."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, person: str) -> Account | None:
        """A person's account, None where there is none."""
        row = self._session.get(AccountRow, person)
        return _account(row) if row else None

    def any(self) -> bool:
        """True where anybody has an account: not the first start."""
        return self._session.scalar(select(AccountRow.person).limit(1)) is not None

    def by_subject(self, subject: str) -> Account | None:
        """The account of somebody of the centre's directory (``issuer subject``)."""
        row = self._session.scalar(select(AccountRow).where(AccountRow.subject == subject))
        return _account(row) if row else None

    def set_password(self, person: str, password_hash: str | None, *, one_time: bool, now: datetime) -> None:
        """Set a password; None takes it away."""
        row = self._session.get(AccountRow, person) or AccountRow(person=person, subject=None)
        row.password_hash, row.one_time, row.changed_at = password_hash, one_time, now
        self._session.add(row)
        self._session.flush()

    def set_subject(self, person: str, subject: str | None) -> None:
        """Tie a person to somebody of the centre's directory."""
        row = self._session.get(AccountRow, person) or AccountRow(
            person=person, password_hash=None, one_time=False, changed_at=None
        )
        row.subject = subject
        self._session.add(row)
        self._session.flush()

    def attempts(self, name: str) -> Attempts | None:
        """Failed attempts under a login name or from an address."""
        row = self._session.get(AttemptRow, name)
        return Attempts(row.failed, row.last_at, row.locked_until) if row else None

    def note_failure(self, name: str, *, now: datetime, locked_until: datetime | None) -> int:
        """One more failed attempt; how many there are now."""
        row = self._session.get(AttemptRow, name, with_for_update=True) or AttemptRow(name=name, failed=0)
        row.failed, row.last_at, row.locked_until = row.failed + 1, now, locked_until
        self._session.add(row)
        self._session.flush()
        return row.failed

    def clear_failures(self, name: str) -> None:
        """Forget failed attempts after a success."""
        self._session.execute(delete(AttemptRow).where(AttemptRow.name == name))

    def open_session(self, sign_in: SignIn) -> None:
        """A browser signed in."""
        self._session.execute(insert(SessionRow), [_values(sign_in)])

    def session(self, session_id: str, *, now: datetime) -> SignIn | None:
        """A session by the hash of its cookie, None where there is none or it has ended."""
        row = self._session.get(SessionRow, session_id)
        if row is None or row.expires_at <= now:
            return None
        return SignIn(row.id, row.person, row.csrf, row.created_at, row.expires_at)

    def extend_session(self, session_id: str, *, expires_at: datetime) -> None:
        """Let a session last longer."""
        self._session.execute(
            update(SessionRow).where(SessionRow.id == session_id).values(expires_at=expires_at)
        )

    def close_session(self, session_id: str) -> None:
        """A browser signed out."""
        self._session.execute(delete(SessionRow).where(SessionRow.id == session_id))

    def close_sessions(self, person: str, *, but: str | None = None) -> None:
        """All browsers of a person are signed out, but for one if given."""
        self._session.execute(
            delete(SessionRow).where(SessionRow.person == person, SessionRow.id != (but or ""))
        )

    def clear_sessions(self, *, now: datetime) -> None:
        """Forget sessions that have ended."""
        self._session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))

    def add_token(self, token: Token) -> None:
        """A new token."""
        self._session.execute(insert(TokenRow), [_values(token) | {"scopes": list(token.scopes)}])

    def token(self, secret: str, *, now: datetime) -> Token | None:
        """A token that holds now, by the hash of its key."""
        row = self._session.scalar(select(TokenRow).where(TokenRow.secret == secret))
        if row is None or row.expires_at <= now or row.revoked_at is not None:
            return None
        return _token(row)

    def tokens(self, person: str | None = None) -> tuple[Token, ...]:
        """All tokens, or a person's, newest first; also those that have ended."""
        wanted = select(TokenRow).order_by(TokenRow.created_at.desc(), TokenRow.id)
        if person is not None:
            wanted = wanted.where(TokenRow.person == person)
        return tuple(_token(row) for row in self._session.scalars(wanted))

    def revoke_token(self, token_id: str, *, now: datetime) -> bool:
        """Take a token back; False where there is none."""
        found = self._session.scalar(
            update(TokenRow)
            .where(TokenRow.id == token_id, or_(TokenRow.revoked_at.is_(None), TokenRow.revoked_at > now))
            .values(revoked_at=now)
            .returning(TokenRow.id)
        )
        return found is not None

    def use_token(self, token_id: str, *, now: datetime) -> None:
        """Note that a token was used."""
        self._session.execute(update(TokenRow).where(TokenRow.id == token_id).values(used_at=now))


def _account(row: AccountRow) -> Account:
    return Account(row.person, row.password_hash, row.one_time, row.changed_at, row.subject)


def _token(row: TokenRow) -> Token:
    return Token(
        id=row.id,
        secret=row.secret,
        person=row.person,
        title=row.title,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        used_at=row.used_at,
    )


def _values(noun: Any) -> dict[str, Any]:
    return {name: getattr(noun, name) for name in noun.__slots__}
