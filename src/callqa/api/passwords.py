"""Passwords: argon2id, refused when weak, checked in the same time whether or not the name exists."""

import secrets
import string

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from callqa.api.problems import Refusal

_SHORTEST, _LONGEST = 10, 200
_COMMON = frozenset(
    {
        *("1234567890", "0123456789", "password123", "qwertyuiop", "1q2w3e4r5t", "administrator"),
        *("password1234", "woaini1314520", "123456789a", "a123456789", "q123456789", "11111111111"),
    }
)
_FEWEST_DIFFERENT = 5
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))
"""Verified where there is no such name, so that the time tells nothing."""


def hashed(password: str) -> str:
    """The hash to keep."""
    return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """True where the password is the one; costs the same where there is none."""
    try:
        _hasher.verify(kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """True where the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def require_strong(password: str, *, login: str, old: str) -> None:
    """Raises `Refusal` ``auth.weak`` for what is guessed first."""
    lower = password.lower()
    if (
        not _SHORTEST <= len(password) <= _LONGEST
        or lower in _COMMON
        or len(set(lower)) < _FEWEST_DIFFERENT
        or (login and login.lower() in lower)
        or password == old
    ):
        raise Refusal("auth.weak")


def one_time_password() -> str:
    """Twenty characters that can be read out on the telephone: no 0/O, 1/l/I."""
    letters = [char for char in string.ascii_letters + string.digits if char not in "0Oo1lI"]
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
