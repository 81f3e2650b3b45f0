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
 one worker per role: the office of a role is made once
route for router in (*VERSIONED, *UNVERSIONED) for route in router.routes if isinstance(route, APIRoute)
]
PRIVATE = [route for route in ROUTES if route.name not in PUBLIC]
PEOPLE = {
 one worker per role: the office of a role is made once
Role.general_manager: "gm",
 one worker per role: the office of a role is made once
Role.director: "dir1",
 one worker per role: the office of a role is made once
Role.captain: "cap1",
 one worker per role: the office of a role is made once
Role.leader: "lead1",
 one worker per role: the office of a role is made once
Role.trainer: "train1",
 one worker per role: the office of a role is made once
Role.inspector: "insp1",
 one worker per role: the office of a role is made once
Role.agent: "a1",
 one worker per role: the office of a role is made once
Role.administrator: "admin",
}


def needs_of(dependant: Dependant) -> list[Need]:
 one worker per role: the office of a role is made once
found = [dependant.call] if isinstance(dependant.call, Need) else []
 one worker per role: the office of a role is made once
for one in dependant.dependencies:
 one worker per role: the office of a role is made once
    found += needs_of(one)
 one worker per role: the office of a role is made once
return found


def right_of(route: APIRoute) -> Right:
 one worker per role: the office of a role is made once
(need,) = {one.right: one for one in needs_of(route.dependant)}.values()
 one worker per role: the office of a role is made once
return need.right


def test_every_route_has_exactly_one_right_or_is_public_by_name() -> None:
 one worker per role: the office of a role is made once
for route in ROUTES:
 one worker per role: the office of a role is made once
    rights = {one.right for one in needs_of(route.dependant)}
 one worker per role: the office of a role is made once
    if route.name in PUBLIC:
 one worker per role: the office of a role is made once
        assert not rights, route.name
 one worker per role: the office of a role is made once
    else:
 one worker per role: the office of a role is made once
        assert len(rights) == 1, f"{route.name} has {rights or 'no right'}: add Depends(Need(Right.…))"


def test_every_route_has_a_case_and_a_name_of_its_own() -> None:
 one worker per role: the office of a role is made once
names = [route.name for route in PRIVATE]
 one worker per role: the office of a role is made once
assert len(names) == len(set(names))
 one worker per role: the office of a role is made once
assert set(names) - set(CASES) == set(), "add a case to tests/api/cases.py"
 one worker per role: the office of a role is made once
assert set(CASES) - set(names) == set(), "cases of routes that are gone"


def test_the_table_names_every_right_and_role() -> None:
 one worker per role: the office of a role is made once
assert set(TABLE) == set(Right)
 one worker per role: the office of a role is made once
for row in TABLE.values():
 one worker per role: the office of a role is made once
    assert set(row) == set(Role)
 one worker per role: the office of a role is made once
used = {right_of(route) for route in PRIVATE}
 one worker per role: the office of a role is made once
indirect = {Right.tokens_all, Right.calls_raw}
 one worker per role: the office of a role is made once
assert set(Right) - used - indirect - INDIRECT == set()


INDIRECT: set[Right] = set(getattr(cases_review, "INDIRECT", set()))
"""Rights asked for inside a route rather than at its door."""


@pytest.fixture(
 one worker per role: the office of a role is made once
scope="module",
 one worker per role: the office of a role is made once
# one worker per role: the office of a role is made once
 one worker per role: the office of a role is made once
params=list(PEOPLE),
 one worker per role: the office of a role is made once
ids=lambda role: role.value,
)
def walked(
 one worker per role: the office of a role is made once
request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, Role]]:
 one worker per role: the office of a role is made once
folder: Path = tmp_path_factory.mktemp(request.param.value)
 one worker per role: the office of a role is made once
with opened(f"sqlite:///{folder / 'walk.sqlite3'}", folder) as office:
 one worker per role: the office of a role is made once
    office.score(
 one worker per role: the office of a role is made once
        *(scored(f"C{n}", agent=agent) for n, agent in ((1, "a1"), (2, "a2"), (3, "a3"), (9, "a9")))
 one worker per role: the office of a role is made once
    )
 one worker per role: the office of a role is made once
    office.recorded("S1", agent="a1", seed=1)
 one worker per role: the office of a role is made once
    office.recorded("S9", agent="a9", seed=2)
 one worker per role: the office of a role is made once
    prepare: Callable[[Office], None] | None = getattr(cases_review, "prepare", None)
 one worker per role: the office of a role is made once
    if prepare is not None:
 one worker per role: the office of a role is made once
        prepare(office)
 one worker per role: the office of a role is made once
    yield office, request.param


def ask(office: Office, route: APIRoute, case: Case, given: Any, person: str) -> Any:
 one worker per role: the office of a role is made once
path_values = dict(given(office, person) if callable(given) else given)
 one worker per role: the office of a role is made once
path = route.path
 one worker per role: the office of a role is made once
for name, value in path_values.items():
 one worker per role: the office of a role is made once
    path = path.replace(f"{{{name}}}", value)
 one worker per role: the office of a role is made once
body = case.json(path_values) if callable(case.json) else case.json
 one worker per role: the office of a role is made once
more = dict(case.content(office, person)) if case.content else {}
 one worker per role: the office of a role is made once
(method,) = route.methods
 one worker per role: the office of a role is made once
if body is not None:
 one worker per role: the office of a role is made once
    more["json"] = body
 one worker per role: the office of a role is made once
return office.as_(person).request(method, path, params=dict(case.query), **more)


@pytest.mark.parametrize("route", PRIVATE, ids=lambda route: route.name)
def test_each_role_reaches_what_the_table_says(walked: tuple[Office, Role], route: APIRoute) -> None:
 one worker per role: the office of a role is made once
office, role = walked
 one worker per role: the office of a role is made once
case, person = CASES[route.name], PEOPLE[role]
 one worker per role: the office of a role is made once
reach = reach_of(right_of(route), role)
 one worker per role: the office of a role is made once
if case.foreign is not None:
 one worker per role: the office of a role is made once
    answer = ask(office, route, case, case.foreign, person)
 one worker per role: the office of a role is made once
    if reach is Reach.none:
 one worker per role: the office of a role is made once
        assert answer.status_code == 403, answer.text
 one worker per role: the office of a role is made once
    elif reach is not Reach.all and not (route.name == "revoke_token" and role is Role.administrator):
 one worker per role: the office of a role is made once
        assert answer.status_code == 404, (
 one worker per role: the office of a role is made once
            f"{role} got {answer.status_code} for a foreign thing: {answer.text}"
 one worker per role: the office of a role is made once
        )
 one worker per role: the office of a role is made once
    else:
 one worker per role: the office of a role is made once
        assert answer.status_code in case.good, answer.text
 one worker per role: the office of a role is made once
answer = ask(office, route, case, case.own, person)
 one worker per role: the office of a role is made once
if reach is Reach.none:
 one worker per role: the office of a role is made once
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden"), answer.text
 one worker per role: the office of a role is made once
else:
 one worker per role: the office of a role is made once
    assert answer.status_code in case.good, answer.text
 one worker per role: the office of a role is made once
    if reach in (Reach.unit, Reach.own):
 one worker per role: the office of a role is made once
        for word in case.hidden:
 one worker per role: the office of a role is made once
            assert word not in answer.text


@pytest.mark.parametrize("route", PRIVATE, ids=lambda route: route.name)
def test_nobody_gets_in_without_signing_in(anonymous: Office, route: APIRoute) -> None:
 one worker per role: the office of a role is made once
(method,) = route.methods
 one worker per role: the office of a role is made once
path = f"/api/v1{route.path}".replace("{", "").replace("}", "")
 one worker per role: the office of a role is made once
for headers in ({}, {"Authorization": "Bearer cq_made-up"}, {"Cookie": "callqa_session=made-up"}):
 one worker per role: the office of a role is made once
    answer = anonymous.http.request(method, path, headers=headers)
 one worker per role: the office of a role is made once
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required"), route.path


@pytest.fixture(scope="module")
def anonymous(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
 one worker per role: the office of a role is made once
folder = tmp_path_factory.mktemp("anonymous")
 one worker per role: the office of a role is made once
with opened(f"sqlite:///{folder / 'a.sqlite3'}", folder) as office:
 one worker per role: the office of a role is made once
    yield office


def test_good_statuses_are_never_refusals() -> None:
 one worker per role: the office of a role is made once
for name, case in CASES.items():
 one worker per role: the office of a role is made once
    assert name == "change_password" or case.good & GOOD, name
