"""Every route × every role × own and foreign place, against the table."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from callqa.api.actor import Need
from callqa.api.rights import TABLE, Reach, Right, reach_of
from callqa.api.routers import PUBLIC, UNVERSIONED, VERSIONED
from callqa.domain import Role
from tests.api import cases_review
from tests.api.cases import CASES as OWN_CASES
from tests.api.cases import GOOD, Case
from tests.api.office import Office, opened, scored

CASES = {**OWN_CASES, **cases_review.CASES}
ROUTES = [
    route for router in (*VERSIONED, *UNVERSIONED) for route in router.routes if isinstance(route, APIRoute)
]
PRIVATE = [route for route in ROUTES if route.name not in PUBLIC]
PEOPLE = {
    Role.general_manager: "gm",
    Role.director: "dir1",
    Role.captain: "cap1",
    Role.leader: "lead1",
    Role.trainer: "train1",
    Role.inspector: "insp1",
    Role.agent: "a1",
    Role.administrator: "admin",
}


def needs_of(dependant: Dependant) -> list[Need]:
    found = [dependant.call] if isinstance(dependant.call, Need) else []
    for one in dependant.dependencies:
        found += needs_of(one)
    return found


def right_of(route: APIRoute) -> Right:
    (need,) = {one.right: one for one in needs_of(route.dependant)}.values()
    return need.right


def test_every_route_has_exactly_one_right_or_is_public_by_name() -> None:
    for route in ROUTES:
        rights = {one.right for one in needs_of(route.dependant)}
        if route.name in PUBLIC:
            assert not rights, route.name
        else:
            assert len(rights) == 1, f"{route.name} has {rights or 'no right'}: add Depends(Need(Right.…))"


def test_every_route_has_a_case_and_a_name_of_its_own() -> None:
    names = [route.name for route in PRIVATE]
    assert len(names) == len(set(names))
    assert set(names) - set(CASES) == set(), "add a case to tests/api/cases.py"
    assert set(CASES) - set(names) == set(), "cases of routes that are gone"


def test_the_table_names_every_right_and_role() -> None:
    assert set(TABLE) == set(Right)
    for row in TABLE.values():
        assert set(row) == set(Role)
    used = {right_of(route) for route in PRIVATE}
    indirect = {Right.tokens_all, Right.calls_raw}
    assert set(Right) - used - indirect - INDIRECT == set()


INDIRECT: set[Right] = set(getattr(cases_review, "INDIRECT", set()))
"""Rights asked for inside a route rather than at its door."""


@pytest.fixture(
    scope="module",
    params=list(PEOPLE),
    ids=lambda role: role.value,
)
def walked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, Role]]:
    folder: Path = tmp_path_factory.mktemp(request.param.value)
    with opened(f"sqlite:///{folder / 'walk.sqlite3'}", folder) as office:
        office.score(
            *(scored(f"C{n}", agent=agent) for n, agent in ((1, "a1"), (2, "a2"), (3, "a3"), (9, "a9")))
        )
        office.recorded("S1", agent="a1", seed=1)
        office.recorded("S9", agent="a9", seed=2)
        prepare: Callable[[Office], None] | None = getattr(cases_review, "prepare", None)
        if prepare is not None:
            prepare(office)
        yield office, request.param


def ask(office: Office, route: APIRoute, case: Case, given: Any, person: str) -> Any:
    path_values = dict(given(office, person) if callable(given) else given)
    path = route.path
    for name, value in path_values.items():
        path = path.replace(f"{{{name}}}", value)
    body = case.json(path_values) if callable(case.json) else case.json
    more = dict(case.content(office, person)) if case.content else {}
    (method,) = route.methods
    if body is not None:
        more["json"] = body
    return office.as_(person).request(method, path, params=dict(case.query), **more)


@pytest.mark.parametrize("route", PRIVATE, ids=lambda route: route.name)
def test_each_role_reaches_what_the_table_says(walked: tuple[Office, Role], route: APIRoute) -> None:
    office, role = walked
    case, person = CASES[route.name], PEOPLE[role]
    reach = reach_of(right_of(route), role)
    if case.foreign is not None:
        answer = ask(office, route, case, case.foreign, person)
        if reach is Reach.none:
            assert answer.status_code == 403, answer.text
        elif reach is not Reach.all and not (route.name == "revoke_token" and role is Role.administrator):
            assert answer.status_code == 404, (
                f"{role} got {answer.status_code} for a foreign thing: {answer.text}"
            )
        else:
            assert answer.status_code in case.good, answer.text
    answer = ask(office, route, case, case.own, person)
    if reach is Reach.none:
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden"), answer.text
    else:
        assert answer.status_code in case.good, answer.text
        if reach in (Reach.unit, Reach.own):
            for word in case.hidden:
                assert word not in answer.text


@pytest.mark.parametrize("route", PRIVATE, ids=lambda route: route.name)
def test_nobody_gets_in_without_signing_in(anonymous: Office, route: APIRoute) -> None:
    (method,) = route.methods
    path = f"/api/v1{route.path}".replace("{", "").replace("}", "")
    for headers in ({}, {"Authorization": "Bearer cq_made-up"}, {"Cookie": "callqa_session=made-up"}):
        answer = anonymous.http.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "auth.required"), route.path


@pytest.fixture(scope="module")
def anonymous(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("anonymous")
    with opened(f"sqlite:///{folder / 'a.sqlite3'}", folder) as office:
        yield office


def test_good_statuses_are_never_refusals() -> None:
    for name, case in CASES.items():
        assert name == "change_password" or case.good & GOOD, name
