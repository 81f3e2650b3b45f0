"""Finished calls that the database would not take: one file each, until it does."""

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from callqa.domain import Entry, Failed, Noun, Run, StoreError
from callqa.engine.ports import Ledger


class Spilled(Noun):
    """One call's result on its way to the database."""

    run: Run
    """Its run."""
    result: Entry | Failed
    """What became of it; an entry's artefacts hold raw text, so the folder needs the database's protection."""
    day: str | None = None
    """Local day of the call."""


def spill(folder: Path, spilled: Spilled) -> Path:
    """Write one result to a file of its own, wholly or not at all.

    Raises:
        OSError: The disk refuses, too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    result = spilled.result
    name = (
        result.key[:24]
        if isinstance(result, Entry)
        else f"failed-{sha256(result.call_id.encode()).hexdigest()[:17]}"
    )
    target = folder / f"{spilled.run.id}-{name}.json"
    unfinished = target.with_suffix(".part")
    try:
        unfinished.write_text(spilled.model_dump_json(), encoding="utf-8")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def pending(folder: Path) -> list[Path]:
    """Files that wait, oldest run first."""
    return sorted(folder.glob("*.json"))


def bring_in(folder: Path, ledger: Ledger, *, at: datetime) -> int:
    """Store what waits, file by file, each deleted once stored; how many.

    Raises:
        StoreError: The database still refuses; what is not yet stored stays. ``store.spill`` for a file that
            cannot be read.
    """
    brought = 0
    for file in pending(folder):
        try:
            spilled = Spilled.model_validate_json(file.read_bytes())
        except (OSError, ValidationError, json.JSONDecodeError) as error:
            raise StoreError(
                f"暂存文件 {file} 读不出来。", code="store.spill", hint="请把它移到别处，再执行同一条命令。"
            ) from error
        result = spilled.result
        ledger.save(
            spilled.run,
            entries=[result] if isinstance(result, Entry) else [],
            failures=[(result, spilled.day)] if isinstance(result, Failed) else [],
            at=at,
        )
        file.unlink()
        brought += 1
    return brought
