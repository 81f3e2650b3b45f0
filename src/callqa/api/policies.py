"""The policy in business words, read-only; checks and trials of a policy that is being written."""

import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.house import House, TheHouse
from callqa.api.paging import whole
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.policy import (
    ChapterShown,
    Checked,
    Dialogue,
    ExampleShown,
    HandbookShown,
    Judged,
    NameShown,
    NamesShown,
    NearShown,
    PolicyFault,
    PolicyFiles,
    PolicyShown,
    Tried,
    VerdictMoved,
)
from callqa.api.work import Route
from callqa.bootstrap import Centre
from callqa.compliance import examples, prepare, read_spoken
from callqa.compliance.nearest import near_misses
from callqa.domain import Finding, LabelledCall, Processed, Subject, Verdict
from callqa.policy import MEASURES, Policy, PolicyFaults, load_policy
from callqa.policy.handbook import chapters

router = APIRouter(prefix="/policy", tags=["policy"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.policy_read))]
TheTester = Annotated[Actor, Depends(Need(Right.policy_try))]
Version = Annotated[str, InPath(max_length=64, description="Version, hash, or `latest`.")]
_TRYING = threading.BoundedSemaphore(2)
"""Trials at a time: they cost seconds of computing."""


@router.get("", responses=answers())
def policies(house: TheHouse, _actor: TheReader) -> Page[PolicyShown]:
    """The centre's policies, oldest first."""
    return whole(policy_shown(one) for one in house.centre.policies)


@router.get("/{version}/handbook", responses=answers(404))
def handbook(
    house: TheHouse,
    _actor: TheReader,
    version: Version,
) -> HandbookShown:
    """A policy in business words: tables of script, rules, facts, techniques, rubric."""
    policy, _folder = placed_policy(house, version)
    return HandbookShown(
        policy=policy_shown(policy),
        chapters=tuple(ChapterShown(**one.model_dump()) for one in chapters(policy)),
    )


@router.get("/{version}/names", responses=answers(404))
def names(house: TheHouse, _actor: TheReader, version: Version) -> NamesShown:
    """What steps, rules, techniques, items and measures are called."""
    policy, _folder = placed_policy(house, version)
    return NamesShown(
        steps=tuple(NameShown(id=one.id, title=one.title) for one in policy.script.steps),
        rules=tuple(NameShown(id=one.id, title=one.title) for one in policy.rules.rules),
        techniques=tuple(NameShown(id=one.id, title=one.title) for one in policy.techniques.labels),
        items=tuple(NameShown(id=one.id, title=one.title) for one in policy.rubric.items),
        grades=tuple(NameShown(id=one.id, title=one.title) for one in policy.rubric.grades),
        measures=tuple(NameShown(id=id_, title=one.title, unit=one.unit) for id_, one in MEASURES.items()),
    )


def placed_policy(house: House, version: str) -> tuple[Policy, Path]:
    """A version of the centre with its folder, by version, hash or ``latest``; raises `Refusal` ``missing``."""
    every = house.centre.placed
    found = [one for one in every if version in (one[0].version, one[0].ref.sha256)]
    if version == "latest":
        found = list(every[-1:])
    if not found:
        raise Refusal("missing")
    return found[-1]


def policy_shown(one: Policy) -> PolicyShown:
    """A policy as lists show it."""
    return PolicyShown(
        ref=one.ref,
        title=one.title,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        products=one.products,
        campaigns=one.campaigns,
    )


@contextmanager
def written(house: House, files: Mapping[str, str], *, base: str = "latest") -> Iterator[Path]:
    """A folder with a version's files, these in place of its own; gone afterwards."""
    _policy, source = placed_policy(house, base)
    with tempfile.TemporaryDirectory(prefix="callqa-policy-") as made:
        folder = Path(made) / "policy"
        folder.mkdir()
        for file in source.glob("*.yaml"):
            shutil.copy(file, folder / file.name)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", errors="replace")
        yield folder


@router.post("/check", responses=answers())
def check(house: TheHouse, _actor: TheTester, asked: PolicyFiles) -> Checked:
    """All faults of these files with line and key path, and every example that fails; nothing is stored."""
    with _TRYING, written(house, asked.files) as folder:
        return checked(folder)


def checked(folder: Path) -> Checked:
    """What a check of a policy's folder finds."""
    try:
        policy = load_policy(folder)
    except PolicyFaults as error:
        return Checked(
            good=False,
            faults=tuple(
                PolicyFault(file=Path(one.file).name, line=one.line, path=one.path, message=one.message)
                for one in error.faults
            ),
            examples=(),
        )
    wrong = tuple(
        ExampleShown(rule=one.rule, kind=one.kind, number=one.number, text=one.text, message=one.message)
        for one in examples(policy)
    )
    return Checked(good=not wrong, faults=(), examples=wrong)


@router.post("/try", responses=answers(404))
def try_out(house: TheHouse, _actor: TheTester, asked: Dialogue) -> Tried:
    """What a policy makes of a dialogue: every step and rule, hits, near misses, the card; nothing is stored."""
    dialogue = read_spoken(asked.text, name="对话")
    if not any(turn.text.strip() for turn in dialogue.turns):
        raise Refusal("request.invalid", "里面没有对话：每行写一句“坐席：……”或“客户：……”。")
    with _TRYING:
        after = _judged(house, dialogue, base=asked.base, files=asked.files)
        if asked.against is None:
            return Tried(**_parts(after))
        before = _judged(house, dialogue, base=asked.against, files={})
    return Tried(**_parts(after), before=before, moved=_moved(before.findings, after.findings))


def _parts(one: Judged) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Judged.model_fields}


def _moved(old: Sequence[Finding], new: Sequence[Finding]) -> tuple[VerdictMoved, ...]:
    """Steps and rules with another verdict or state, or that only one side has and does not let pass."""
    before = {(one.subject, one.id): one for one in old}
    after = {(one.subject, one.id): one for one in new}
    quiet = (Verdict.met, Verdict.not_applicable)
    moved = []
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        seen = now or was
        if was is not None and now is not None:
            same = (was.verdict, was.state) == (now.verdict, now.state)
        else:
            same = seen is None or seen.verdict in quiet
        if not same and seen is not None:
            subject: Literal["step", "rule"] = "step" if seen.subject is Subject.step else "rule"
            moved.append(VerdictMoved(subject=subject, id=seen.id, title=seen.title, old=was, new=now))
    return tuple(moved)


def _judged(house: House, dialogue: LabelledCall, *, base: str, files: Mapping[str, str]) -> Judged:
    """The dialogue under a version with these files in place of its own."""
    if base == "latest" and not files:
        return _told(*house.centre.try_out(dialogue, now=house.now()))
    with written(house, files, base=base) as folder:
        centre = Centre(house.settings, policy_folder=folder)
        return _told(*centre.try_out(dialogue, now=house.now()))


def _told(policy: Policy, result: Processed) -> Judged:
    near = near_misses(result.transcript, prepare(policy))
    return Judged(
        policy=policy.ref,
        findings=result.findings,
        near=tuple(
            NearShown(
                rule=rule,
                turn=one.quote.turn,
                text=one.quote.text,
                wording=one.wording,
                similarity=one.similarity,
                threshold=one.threshold,
            )
            for rule, one in near.items()
        ),
        scorecard=result.scorecard,
    )
