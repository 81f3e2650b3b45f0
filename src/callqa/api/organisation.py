"""Units, people, and the import of both."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.house import TheHouse
from callqa.api.org_import import give_one_time_password, import_sheets
from callqa.api.org_sheet import read_sheets
from callqa.api.paging import whole
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.organisation import (
    ImportDone,
    OneTimePassword,
    PersonChange,
    PersonShown,
    PostShown,
    UnitShown,
)
from callqa.api.work import Read, Route, Write
from callqa.domain import Person, Post, Unit
from callqa.store import UnitOfWork

router = APIRouter(tags=["organisation"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.org_read))]
TheWriter = Annotated[Actor, Depends(Need(Right.org_write))]
PersonId = Annotated[str, InPath(max_length=128, description="Person id.")]


@router.get("/units", responses=answers())
def units(actor: TheReader, work: Read) -> Page[UnitShown]:
    """Units within reach, and those above them."""
    every = {unit.id: unit for unit in work.organisation.units()}
    paths = {unit: work.organisation.path_of(unit) or "/" for unit in every}
    own = [post.path for post in actor.posts]

    def seen(path: str) -> bool:
        return actor.reaches(path) or any(one.startswith(path) for one in [*own, *actor.scope.paths])

    return whole(_unit_shown(unit, paths[unit.id]) for unit in every.values() if seen(paths[unit.id]))


def _unit_shown(unit: Unit, path: str) -> UnitShown:
    return UnitShown(
        id=unit.id,
        title=unit.title,
        kind=unit.kind,
        parent=unit.parent,
        path=path,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
    )


@router.get("/people", responses=answers())
def people(
    actor: TheReader,
    work: Read,
    unit: Annotated[
        str | None, Query(max_length=128, description="Only people of this unit and below.")
    ] = None,
) -> Page[PersonShown]:
    """People with a post within reach; oneself always."""
    posts: dict[str, list[Post]] = {}
    for post in work.organisation.posts():
        posts.setdefault(post.person, []).append(post)
    below = work.organisation.below(unit) if unit is not None else None
    found = []
    for person in work.organisation.people():
        held = posts.get(person.id, [])
        if below is not None and not any(post.unit in below for post in held):
            continue
        if _may_see(actor, person, held, work):
            found.append(_person_shown(person, held))
    return whole(found)


def _may_see(actor: Actor, person: Person, posts: Iterable[Post], work: UnitOfWork) -> bool:
    if person.id == actor.id or actor.reaches("/"):
        return True
    return any(actor.reaches(work.organisation.path_of(post.unit) or "") for post in posts)


def _person_shown(person: Person, posts: Iterable[Post]) -> PersonShown:
    return PersonShown(
        **{name: getattr(person, name) for name in Person.model_fields},
        posts=tuple(
            PostShown(unit=one.unit, role=one.role, valid_from=one.valid_from, valid_to=one.valid_to)
            for one in posts
        ),
    )


@router.patch("/people/{person}", responses=answers(404, 409))
def change_person(
    house: TheHouse, actor: TheWriter, work: Write, person: PersonId, asked: PersonChange
) -> PersonShown:
    """Change the mark for raw data, reviewer minutes, or whether somebody is still there."""
    known = work.organisation.person(person)
    if known is None:
        raise Refusal("missing")
    given = {name: value for name in asked.model_fields_set if (value := getattr(asked, name)) is not None}
    if person == actor.id and given.get("active") is False:
        raise Refusal("conflict", "不能停用自己。")
    changed = known.replace(**given)
    work.organisation.put_person(changed)
    if not changed.active:
        _end_all(house, work, person)
    house.trace.did(work, actor.id, "person.change", f"person:{person}", given)
    house.callers.clear()
    return _person_shown(changed, work.organisation.posts_of(person))


def _end_all(house: TheHouse, work: UnitOfWork, person: str) -> None:
    work.accounts.close_sessions(person)
    for token in work.accounts.tokens(person):
        work.accounts.revoke_token(token.id, now=house.now())


@router.post("/people/{person}/password", status_code=201, responses=answers(404, 409))
def reset_password(house: TheHouse, actor: TheWriter, work: Write, person: PersonId) -> OneTimePassword:
    """A one-time password, shown once; sessions end, a lock is lifted."""
    known = work.organisation.person(person)
    if known is None:
        raise Refusal("missing")
    if known.login is None or not known.active:
        raise Refusal("conflict", "这个人没有登录名，或已停用。")
    password = give_one_time_password(house, work, known, by=actor.id)
    return OneTimePassword(person=person, password=password)


@router.post("/org/imports", responses=answers(409))
def import_organisation(
    house: TheHouse,
    actor: TheWriter,
    units: Annotated[UploadFile, File(description="编号、名称、层级（公司/部门/队/组）、上级、起、止.")],
    people: Annotated[
        UploadFile,
        File(description="工号、姓名、登录名、角色、单位、起、止、语言、每日分钟、原文; a row per post."),
    ],
    *,
    dry_run: Annotated[bool, Form(description="True: only tell what would change.")] = True,
) -> ImportDone:
    """Make the organisation what these tables say (CSV or Excel); the same again changes nothing.

    People who are missing become inactive and stay, because events name them; administrators stay as they are.
    """
    with tempfile.TemporaryDirectory(prefix="callqa-org-") as folder:
        files = [_kept(one, Path(folder), name) for name, one in (("units", units), ("people", people))]
        sheets = read_sheets(*files)
    if sheets.faults:
        raise Refusal("org.faults", errors=sheets.faults)
    return import_sheets(house, sheets, by=actor.id, dry_run=dry_run)


def _kept(upload: UploadFile, folder: Path, name: str) -> Path:
    suffix = Path(upload.filename or "").suffix.lower()
    file = folder / f"{name}{suffix if suffix in {'.csv', '.tsv', '.xlsx', '.xlsm'} else '.csv'}"
    with file.open("wb") as kept:
        while piece := upload.file.read(1 << 20):
            kept.write(piece)
    return file
