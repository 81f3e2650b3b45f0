"""Units, people and posts, and where in the tree a person or a call belongs on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from callqa.domain import Person, Post, Role, StoreError, Unit, UnitKind
from callqa.store.placing import Placing, replace_calls
from callqa.store.tables_people import PersonRow, PostRow, UnitRow


@dataclass(frozen=True, slots=True)
class OrganisationChanges:
    """What an import changed.

    Attributes:
        units: Units new, changed or taken away.
        people: People new or changed, and those who left (kept, but no longer active).
        posts: Posts new or taken away.
        calls: Calls that belong to another unit than before.
    """

    units: int
    people: int
    posts: int
    calls: int


@dataclass(frozen=True, slots=True)
class Reach:
    """A role a person holds on a day and where.

    Attributes:
        role: The role.
        unit: The unit.
        path: Path of the unit; everything whose path begins with it is reached.
    """

    role: Role
    unit: str
    path: str


class Organisation:
    """Repository of the organisation."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._placing = Placing(session)

    def replace(
        self, units: Sequence[Unit], people: Sequence[Person], posts: Sequence[Post]
    ) -> OrganisationChanges:
        """Make the organisation exactly this; the same again changes nothing.

        People who are missing are kept and become inactive, because events name them. Calls are placed anew.

        Raises:
            StoreError: ``organisation.circle``, ``organisation.parent``, ``organisation.post`` or
                ``organisation.login`` where it makes no tree; nothing is changed.
        """
        _check(units, people, posts)
        known_units = {unit.id: unit for unit in self.units()}
        wanted_units = {unit.id: unit for unit in units}
        changed_units = [unit for unit in units if known_units.get(unit.id) != unit]
        gone = known_units.keys() - wanted_units.keys()
        for unit in changed_units:
            self._session.merge(UnitRow(**unit.model_dump(mode="python") | {"kind": unit.kind.value}))
        if gone:
            self._session.execute(delete(UnitRow).where(UnitRow.id.in_(gone)))
        changed_people = self._replace_people(people)
        changed_posts = self._replace_posts(posts)
        self._session.flush()
        moved = 0
        if changed_units or gone or changed_people or changed_posts:
            self._placing = Placing(self._session)
            moved = replace_calls(self._session)
        return OrganisationChanges(
            units=len(changed_units) + len(gone), people=changed_people, posts=changed_posts, calls=moved
        )

    def _replace_people(self, people: Sequence[Person]) -> int:
        known = {person.id: person for person in self.people()}
        left = [one.replace(active=False, login=None) for one in known.values() if one.active or one.login]
        wanted = {one.id: one for one in left} | {one.id: one for one in people}
        changed = [one for one in wanted.values() if known.get(one.id) != one]
        # a login may go from one person to another: all are taken away before any is given
        for one in changed:
            if one.id in known:
                self._session.get_one(PersonRow, one.id).login = None
        self._session.flush()
        for one in changed:
            self.put_person(one)
        return len(changed)

    def _replace_posts(self, posts: Sequence[Post]) -> int:
        known = {_post(row): row.seq for row in self._session.scalars(select(PostRow))}
        wanted = dict.fromkeys(posts)
        gone = [seq for post, seq in known.items() if post not in wanted]
        new = [post for post in wanted if post not in known]
        if gone:
            self._session.execute(delete(PostRow).where(PostRow.seq.in_(gone)))
        if new:
            self._session.execute(
                insert(PostRow), [one.model_dump() | {"role": one.role.value} for one in new]
            )
        return len(gone) + len(new)

    def put_person(self, person: Person) -> None:
        """A new person, or newer facts of a known one."""
        self._session.merge(PersonRow(**person.model_dump() | {"languages": list(person.languages)}))
        self._session.flush()

    def put_unit(self, unit: Unit) -> None:
        """A new unit, or newer facts of a known one; calls are placed anew by `replace` only."""
        self._session.merge(UnitRow(**unit.model_dump() | {"kind": unit.kind.value}))
        self._session.flush()
        self._placing = Placing(self._session)

    def put_post(self, post: Post) -> None:
        """One more post."""
        self._session.execute(insert(PostRow), [post.model_dump() | {"role": post.role.value}])
        self._placing = Placing(self._session)

    def units(self) -> tuple[Unit, ...]:
        """All units, by id."""
        return tuple(_unit(row) for row in self._session.scalars(select(UnitRow).order_by(UnitRow.id)))

    def unit(self, unit_id: str) -> Unit | None:
        """One unit, or None."""
        row = self._session.get(UnitRow, unit_id)
        return _unit(row) if row else None

    def people(self, *, active: bool | None = None) -> tuple[Person, ...]:
        """All people by id, or only those who are still there (or who left)."""
        wanted = select(PersonRow).order_by(PersonRow.id)
        if active is not None:
            wanted = wanted.where(PersonRow.active == active)
        return tuple(_person(row) for row in self._session.scalars(wanted))

    def person(self, person_id: str) -> Person | None:
        """One person, or None."""
        row = self._session.get(PersonRow, person_id)
        return _person(row) if row else None

    def names(self, person_ids: Iterable[str]) -> dict[str, str]:
        """Id → name of those of these that are people."""
        wanted = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(sorted(set(person_ids))))
        return {row.id: row.name for row in self._session.execute(wanted)}

    def by_login(self, login: str) -> Person | None:
        """Who signs in by this name, or None; also one who is no longer active."""
        row = self._session.scalar(select(PersonRow).where(PersonRow.login == login))
        return _person(row) if row else None

    def posts(self) -> tuple[Post, ...]:
        """All posts, oldest first."""
        return tuple(_post(row) for row in self._session.scalars(select(PostRow).order_by(PostRow.seq)))

    def posts_of(self, person: str, day: date | None = None) -> tuple[Post, ...]:
        """Posts of a person, all of them or those that hold on a day."""
        wanted = select(PostRow).where(PostRow.person == person).order_by(PostRow.seq)
        if day is not None:
            wanted = wanted.where(
                PostRow.valid_from <= day, or_(PostRow.valid_to.is_(None), PostRow.valid_to >= day)
            )
        return tuple(_post(row) for row in self._session.scalars(wanted))

    def path_of(self, unit: str) -> str | None:
        """Path of a unit from the top, e.g. ``/hq/d1/t1/``; None where there is no such unit.

        A unit has one parent for all its life: what moves to another department on some day is a new unit.
        """
        return self._placing.path_of(unit)

    def below(self, unit: str) -> frozenset[str]:
        """Ids of the unit and of everything below it; empty where there is no such unit."""
        return self._placing.below(unit)

    def reaches(self, person: str, day: date) -> tuple[Reach, ...]:
        """What a person is and where, on a day; posts in units that do not exist are left out."""
        return tuple(
            Reach(role=post.role, unit=post.unit, path=path)
            for post in self.posts_of(person, day)
            if (path := self.path_of(post.unit)) is not None
        )

    def members(self, unit: str, day: date, *, role: Role | None = None) -> tuple[Person, ...]:
        """Active people with a post in the unit or below on a day, by id; only those with a role if given."""
        wanted = (
            select(PersonRow)
            .join(PostRow, PostRow.person == PersonRow.id)
            .where(
                PostRow.unit.in_(self.below(unit)),
                PostRow.valid_from <= day,
                or_(PostRow.valid_to.is_(None), PostRow.valid_to >= day),
                PersonRow.active,
            )
            .order_by(PersonRow.id)
        )
        if role is not None:
            wanted = wanted.where(PostRow.role == role.value)
        return tuple({row.id: _person(row) for row in self._session.scalars(wanted)}.values())


def _unit(row: UnitRow) -> Unit:
    return Unit(
        id=row.id,
        title=row.title,
        kind=UnitKind(row.kind),
        parent=row.parent,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _person(row: PersonRow) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        login=row.login,
        languages=tuple(row.languages),
        minutes_a_day=row.minutes_a_day,
        raw=row.raw,
        active=row.active,
    )


def _post(row: PostRow) -> Post:
    return Post(
        person=row.person,
        unit=row.unit,
        role=Role(row.role),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _check(units: Sequence[Unit], people: Sequence[Person], posts: Sequence[Post]) -> None:
    parents = {unit.id: unit.parent for unit in units}
    for unit in units:
        if unit.parent is not None and unit.parent not in parents:
            raise StoreError(
                f"单位 {unit.id} 的上级 {unit.parent} 不存在。",
                code="organisation.parent",
                hint="请把上级单位也写进来，或改正编号。",
            )
        seen: set[str] = set()
        above: str | None = unit.id
        while above is not None:
            if above in seen:
                raise StoreError(
                    f"单位 {unit.id} 的上级绕成了圈。", code="organisation.circle", hint="请改正上级单位。"
                )
            seen.add(above)
            above = parents.get(above)
    known = {person.id for person in people}
    for post in posts:
        if post.unit not in parents or post.person not in known:
            raise StoreError(
                f"岗位里的人 {post.person} 或单位 {post.unit} 不存在。",
                code="organisation.post",
                hint="请先写上这个人和这个单位。",
            )
    logins = [person.login for person in people if person.login]
    if len(logins) != len(set(logins)) or len(known) != len(people) or len(parents) != len(units):
        raise StoreError(
            "有重复的编号或登录名。", code="organisation.login", hint="请让每个编号、每个登录名只出现一次。"
        )
