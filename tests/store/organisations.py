"""A small centre: two departments, the first with two teams, four agents; the fourth has no post."""

from datetime import date

from callqa.domain import Person, Post, Role, Unit, UnitKind

CHANGE = date(2026, 11, 10)
"""From this day on the agent of `moved` is in another team."""


def centre() -> tuple[list[Unit], list[Person], list[Post]]:
    units = [
        Unit(id="hq", title="总公司", kind=UnitKind.company),
        Unit(id="d1", title="一部", kind=UnitKind.department, parent="hq"),
        Unit(id="d2", title="二部", kind=UnitKind.department, parent="hq"),
        Unit(id="t1", title="一队", kind=UnitKind.team, parent="d1"),
        Unit(id="t2", title="二队", kind=UnitKind.team, parent="d1"),
    ]
    people = [
        Person(id="boss", name="周总", login="boss"),
        Person(id="li", name="李主管", login="li"),
        *(Person(id=f"a{n}", name=f"坐席{n}") for n in range(1, 5)),
    ]
    posts = [
        Post(person="boss", unit="hq", role=Role.general_manager),
        Post(person="li", unit="d1", role=Role.director),
        Post(person="a1", unit="t1", role=Role.agent),
        Post(person="a2", unit="t2", role=Role.agent),
        Post(person="a3", unit="d2", role=Role.agent),
    ]
    return units, people, posts


def moved() -> tuple[list[Unit], list[Person], list[Post]]:
    """The same, but the first agent changes teams in the middle of November."""
    units, people, posts = centre()
    posts.remove(Post(person="a1", unit="t1", role=Role.agent))
    posts += [
        Post(person="a1", unit="t1", role=Role.agent, valid_to=date(2026, 11, 9)),
        Post(person="a1", unit="t2", role=Role.agent, valid_from=CHANGE),
    ]
    return units, people, posts
