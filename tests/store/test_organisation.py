from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from callqa.domain import Person, Post, Role, StoreError, Unit, UnitKind
from callqa.store import Ledger, UnitOfWork, open_database, verify
from callqa.store.tables import Table
from tests import fakes
from tests.store.organisations import CHANGE, centre, moved


def paths(engine: Engine) -> dict[str, tuple[str | None, str]]:
    with UnitOfWork(engine) as work:
        found = [work.calls.summary(f"C{n:04}") for n in range(4)]
    return {one.id: (one.agent, one.unit_path) for one in found if one}


def score(engine: Engine) -> None:
    """A1 before and on the day of change, somebody by name, somebody unknown with the manifest's group."""
    made = []
    for number, (agent, day, group) in enumerate(
        (("a1", 9, ()), ("a1", 10, ()), ("坐席3", 10, ()), ("新人", 10, ("一部", "二队")))
    ):
        entry = fakes.entry(f"C{number:04}")
        start = datetime(2026, 11, day, 0, 30, tzinfo=fakes.SHANGHAI)  # the day before in UTC
        call = entry.masked.call.replace(agent=agent, started_at=start, group=group)
        made.append(entry.replace(masked=entry.masked.replace(call=call)))
    Ledger(engine).save(fakes.run(), entries=made, failures=(), at=fakes.AT)


def test_a_call_belongs_to_the_group_of_its_day(engine: Engine) -> None:
    with UnitOfWork(engine, writes=True) as work:
        work.organisation.replace(*moved())
    score(engine)
    assert paths(engine) == {
        "C0000": ("a1", "/hq/d1/t1/"),
        "C0001": ("a1", "/hq/d1/t2/"),
        "C0002": ("a3", "/hq/d2/"),
        "C0003": ("新人", "/hq/d1/t2/"),
    }


def test_an_import_places_the_calls_there_are(engine: Engine) -> None:
    score(engine)
    assert set(paths(engine).values()) == {("a1", ""), ("坐席3", ""), ("新人", "")}
    with UnitOfWork(engine, writes=True) as work:
        changes = work.organisation.replace(*moved())
    assert (changes.units, changes.people, changes.posts, changes.calls) == (5, 6, 6, 4)
    assert paths(engine)["C0001"] == ("a1", "/hq/d1/t2/")
    with UnitOfWork(engine, writes=True) as work:
        again = work.organisation.replace(*moved())
    assert (again.units, again.people, again.posts, again.calls) == (0, 0, 0, 0)
    with UnitOfWork(engine, writes=True) as work:
        back = work.organisation.replace(*centre())
    assert (back.units, back.people, back.posts, back.calls) == (0, 0, 3, 1)
    assert paths(engine)["C0001"] == ("a1", "/hq/d1/t1/")
    assert verify(engine).faults == ()


def test_who_is_missing_is_kept_but_inactive_and_a_login_may_go_to_another(engine: Engine) -> None:
    units, people, posts = centre()
    with UnitOfWork(engine, writes=True) as work:
        work.organisation.replace(units, people, posts)
    rest = [one for one in people if one.id not in {"boss", "li"}]
    heirs = [Person(id="wu", name="吴总", login="boss"), Person(id="bo", name="薄主管", login="li")]
    with UnitOfWork(engine, writes=True) as work:
        work.organisation.replace(units, [*rest, *heirs], [post for post in posts if post.person[0] == "a"])
        left = work.organisation.person("boss")
        assert left is not None
        assert (left.active, left.login, left.name) == (False, None, "周总")
        assert work.organisation.by_login("boss") == heirs[0]
        assert [one.id for one in work.organisation.people(active=False)] == ["boss", "li"]
        assert work.organisation.posts_of("boss") == ()
    with UnitOfWork(engine, writes=True) as work:
        work.organisation.replace(units, people, posts)
        assert work.organisation.by_login("boss") == people[0]


def test_reach_and_what_lies_below(engine: Engine) -> None:
    with UnitOfWork(engine, writes=True) as work:
        org = work.organisation
        org.replace(*moved())
        assert org.path_of("t1") == "/hq/d1/t1/"
        assert org.path_of("nothing") is None
        assert org.below("d1") == {"d1", "t1", "t2"}
        assert org.below("nothing") == frozenset()
        assert [(one.role, one.path) for one in org.reaches("li", CHANGE)] == [(Role.director, "/hq/d1/")]
        assert [one.path for one in org.reaches("a1", date(2026, 11, 9))] == ["/hq/d1/t1/"]
        assert [one.path for one in org.reaches("a1", CHANGE)] == ["/hq/d1/t2/"]
        assert [one.id for one in org.members("d1", CHANGE)] == ["a1", "a2", "li"]
        assert [one.id for one in org.members("t2", CHANGE, role=Role.agent)] == ["a1", "a2"]
        assert [one.id for one in org.members("t2", date(2026, 11, 9), role=Role.agent)] == ["a2"]


@pytest.mark.parametrize(
    ("units", "people", "posts", "code"),
    [
        (
            [
                Unit(id="a", title="甲", kind=UnitKind.team, parent="b"),
                Unit(id="b", title="乙", kind=UnitKind.team, parent="a"),
            ],
            [],
            [],
            "organisation.circle",
        ),
        ([Unit(id="a", title="甲", kind=UnitKind.team, parent="a")], [], [], "organisation.circle"),
        ([Unit(id="a", title="甲", kind=UnitKind.team, parent="x")], [], [], "organisation.parent"),
        ([], [Person(id="p", name="人")], [Post(person="p", unit="x", role=Role.agent)], "organisation.post"),
        (
            [],
            [Person(id="p", name="人", login="l"), Person(id="q", name="人", login="l")],
            [],
            "organisation.login",
        ),
        ([], [Person(id="p", name="人"), Person(id="p", name="人")], [], "organisation.login"),
    ],
)
def test_what_makes_no_tree_is_refused_whole(
    engine: Engine, units: list[Unit], people: list[Person], posts: list[Post], code: str
) -> None:
    with UnitOfWork(engine, writes=True) as work:
        work.organisation.replace(*centre())
    with pytest.raises(StoreError) as refused, UnitOfWork(engine, writes=True) as work:
        work.organisation.replace(units, people, posts)
    assert refused.value.code == code
    with UnitOfWork(engine) as work:
        assert len(work.organisation.units()) == 5
        assert work.organisation.posts() == tuple(centre()[2])


def test_two_of_the_same_name_are_nobody(engine: Engine) -> None:
    units, people, posts = centre()
    with UnitOfWork(engine, writes=True) as work:
        work.organisation.replace(units, [*people, Person(id="b3", name="坐席3")], posts)
    score(engine)
    assert paths(engine)["C0002"] == ("坐席3", "")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from(["hq", *"abcdef"])),
        max_size=8,
        unique_by=lambda x: x[0],
    )
)
def test_importing_any_tree_twice_changes_nothing_the_second_time(pairs: list[tuple[str, str]]) -> None:
    engine = open_database("sqlite://")
    try:
        with engine.begin() as connection:
            Table.metadata.create_all(connection)
        units = [Unit(id="hq", title="总", kind=UnitKind.company)]
        units += [Unit(id=one, title=one, kind=UnitKind.team, parent=above) for one, above in pairs]
        try:
            with UnitOfWork(engine, writes=True) as work:
                work.organisation.replace(units, [], [])
        except StoreError as refused:
            if refused.code not in {"organisation.circle", "organisation.parent"}:
                raise
            return
        with UnitOfWork(engine, writes=True) as work:
            changes = work.organisation.replace(list(reversed(units)), [], [])
            assert (changes.units, changes.people, changes.posts, changes.calls) == (0, 0, 0, 0)
            assert work.organisation.below("hq") == {unit.id for unit in units}
    finally:
        engine.dispose()
