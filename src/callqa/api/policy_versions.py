"""Versions of the policy: their files, what differs in business words, and publishing a new one."""

import re
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends

from callqa.api.actor import Actor, Need
from callqa.api.house import TheHouse
from callqa.api.policies import Version, checked, placed_policy, policy_shown, written
from callqa.api.problems import Fault, Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire.policy import (
    ChangeShown,
    DifferenceAsked,
    DifferenceShown,
    KeysShown,
    NewVersion,
    PolicyFiles,
    PolicyShown,
)
from callqa.api.work import Route
from callqa.domain import StoreError
from callqa.policy import HEADER, Policy, PolicyFaults, load_policy
from callqa.policy.difference import differences
from callqa.policy.keys import keys_of_files

router = APIRouter(prefix="/policy", tags=["policy"], route_class=Route)

TheTester = Annotated[Actor, Depends(Need(Right.policy_try))]
TheWriter = Annotated[Actor, Depends(Need(Right.policy_write))]


@router.get("/keys", responses=answers())
def keys(_actor: TheTester) -> KeysShown:
    """What may be written in a policy's files, with names and choices."""
    return KeysShown(files=keys_of_files())


@router.get("/{version}/files", responses=answers(404))
def files(house: TheHouse, _actor: TheTester, version: Version) -> PolicyFiles:
    """A version as it is written, file by file, with its comments."""
    _policy, folder = placed_policy(house, version)
    return PolicyFiles(
        files={one.name: one.read_text(encoding="utf-8") for one in sorted(folder.glob("*.yaml"))}
    )


@router.post("/difference", responses=answers(404))
def difference(house: TheHouse, _actor: TheTester, asked: DifferenceAsked) -> DifferenceShown:
    """What differs between two versions, or a version and files being written, in business words."""
    old, _folder = placed_policy(house, asked.old)
    if asked.files:
        with written(house, asked.files, base=asked.new) as folder:
            new = loaded(folder)
    else:
        new, _folder = placed_policy(house, asked.new)
    return DifferenceShown(
        old=policy_shown(old),
        new=policy_shown(new),
        changes=tuple(
            ChangeShown(part=one.part, kind=one.kind, id=one.id, title=one.title, what=one.what)
            for one in differences(old, new)
        ),
    )


def loaded(folder: Path) -> Policy:
    """The policy of a folder; raises `Refusal` ``request.invalid`` with every fault."""
    try:
        return load_policy(folder)
    except PolicyFaults as error:
        raise Refusal(
            "request.invalid",
            "方案里还有错误，改好才能比较、试算、发布。",
            errors=[
                Fault(where=f"{Path(one.file).name}:{one.line}", message=one.message) for one in error.faults
            ],
        ) from error


@router.post("/versions", status_code=201, responses=answers(404, 409))
def publish(house: TheHouse, actor: TheWriter, asked: NewVersion) -> PolicyShown:
    """Publish a version: it gets a folder of its own, and no version before it is touched.

    Calls from its first day on are scored by it. Nothing faulty is published, nothing for days that are over, and
    nothing under a version that is there.
    """
    base, _folder = placed_policy(house, asked.base)
    if asked.valid_from < house.today():
        raise Refusal("request.invalid", "生效日期不能早于今天：过去的通话按当时的方案评分。")
    if any((one.id, one.version) == (base.id, asked.version) for one in house.centre.policies):
        raise Refusal("conflict", f"版本 {asked.version} 已经有了，请换一个版本号；发布过的版本不会被改动。")
    home = house.centre.published
    if home is None:
        raise Refusal("conflict", "这个服务指定了单独的方案文件夹，不能发布新版本。")
    with written(house, asked.files, base=asked.base) as folder:
        _dated(folder / HEADER, version=asked.version, valid_from=asked.valid_from)
        policy = loaded(folder)
        found = checked(folder)
        if not found.good:
            raise Refusal(
                "request.invalid",
                "有例句没有得到应有的结果，不能发布。",
                errors=[
                    Fault(where=one.rule, message=f"{one.text}：{one.message}") for one in found.examples
                ],
            )
        if policy.id != base.id:
            raise Refusal("request.invalid", f"新版本的 id 要和原来一样（{base.id}）。")
        target = home / f"{policy.id}-{_folder_name(policy.version)}"
        _place(folder, target)
    detail = {"version": policy.version, "sha256": policy.ref.sha256, "base": base.ref.sha256}
    try:
        house.trace.used(actor.id, "policy.publish", f"policy:{policy.id}", {**detail, "note": asked.note})
    except StoreError:
        # nothing is in force that the trace does not know
        shutil.rmtree(target, ignore_errors=True)
        raise
    return policy_shown(policy)


def _dated(header: Path, *, version: str, valid_from: date) -> None:
    """Write version and first day into the header; comments and everything else stay as they are."""
    text = header.read_text(encoding="utf-8")
    fields: Mapping[str, str] = {"version": f'"{version}"', "valid_from": valid_from.isoformat()}
    for name, value in fields.items():
        line = f"{name}: {value}"
        text, found = re.subn(rf"(?m)^{name}:[^\n#]*?(?=\s*(#|$))", line, text, count=1)
        if not found:
            text = f"{line}\n{text}"
    # a version that is published runs until another replaces it
    text = re.sub(r"(?m)^valid_to:[^\n]*\n?", "", text)
    header.write_text(text, encoding="utf-8")


def _folder_name(version: str) -> str:
    """A version as the name of a folder; what could lead elsewhere becomes a dash."""
    return re.sub(r"[^\w.-]|^\.+", "-", version)


def _place(folder: Path, target: Path) -> None:
    """Put a finished folder in its place in one step, so that nobody reads half of it, and never over another."""
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting = target.parent.parent / f"policy-{uuid4().hex}.part"
    shutil.copytree(folder, waiting)
    try:
        # rename onto a folder that holds files is refused by the system
        waiting.rename(target)
    except OSError as refused:
        shutil.rmtree(waiting, ignore_errors=True)
        raise Refusal("conflict", "这个版本刚被别人发布了，请换一个版本号。") from refused
