"""Units and people: a tree with dates, since people change groups and a call belongs to the group of its day."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from callqa.domain.noun import Noun

Id = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^/\s\x00]+$")]
"""Stable, never reused; no blanks and no slash, since paths of units are written with slashes."""
Title = Annotated[str, Field(min_length=1, max_length=200)]
"""As people write it."""


class UnitKind(StrEnum):
    """公司 → 部门 → 队 → 组."""

    company = "company"
    department = "department"
    team = "team"
    group = "group"


class Role(StrEnum):
    """What a person is in a unit."""

    general_manager = "general_manager"
    """总经理: everything in the company, final rulings."""
    director = "director"
    """主管: a department."""
    captain = "captain"
    """队长: a team."""
    leader = "leader"
    """小组长: a group."""
    trainer = "trainer"
    """培训师: coaching, best practice, calibration."""
    inspector = "inspector"
    """质检员: reviews."""
    agent = "agent"
    """坐席: own calls."""
    administrator = "administrator"
    """管理员: people, settings, tokens; no calls."""


class _Dated(Noun):
    valid_from: date = date(2000, 1, 1)
    """First day."""
    valid_to: date | None = None
    """Last day, inclusive; None = still."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"ends {self.valid_to} before it begins {self.valid_from}")
        return self

    def holds_on(self, day: date) -> bool:
        """True on days from ``valid_from`` to ``valid_to``, both included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Unit(_Dated):
    """A node of the organisation."""

    id: Id
    """Unique in the centre."""
    title: Title
    """E.g. 一部."""
    kind: UnitKind
    """Which level."""
    parent: Id | None = None
    """The unit above; None only for the company."""


class Post(_Dated):
    """Who is what, where, and when (岗位). An agent's post decides which group a call of that day belongs to."""

    person: Id
    """The person."""
    unit: Id
    """The unit; rights reach it and everything below it."""
    role: Role
    """What the person is there."""


class Person(Noun):
    """Somebody who signs in, or an agent who does not."""

    id: Id
    """Unique; an agent's id as the telephone system writes it."""
    name: Title
    """As shown."""
    login: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    """Name to sign in with; None = cannot sign in."""
    languages: tuple[str, ...] = ("zh",)
    """Languages the person can review, e.g. ``zh``, ``yue``."""
    minutes_a_day: Annotated[int, Field(ge=0, le=720)] = 120
    """Reviewer minutes a day that may be planned."""
    raw: bool = False
    """May see raw personal data and hear unmuted audio; each use is recorded."""
    active: bool = True
    """False: left; kept because events name the person, cannot sign in."""
