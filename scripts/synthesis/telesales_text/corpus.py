"""Hand-written sales talk as a text source: whole clauses of the dialogues in ``samples/corpus``."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from synthesis.telesales_text.split import stage_text

_CLAUSE = re.compile("(?<=[，。？！、])")
_WRITTEN = "，。？！、"
_OTHER_MARKS = re.compile("[；：…—]+")


def read_clauses(folder: Path, characters: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """Runs of neighbouring clauses of one turn, all writable in ``characters``, in the order of the sorted files.

    A clause with any other character is left out and ends its run.
    """
    allowed = frozenset(characters) | frozenset(_WRITTEN)
    runs: list[tuple[str, ...]] = []
    for path in sorted(folder.rglob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            run: list[str] = []
            for clause in _CLAUSE.split(_OTHER_MARKS.sub("，", stage_text(line))):
                if clause.strip(_WRITTEN) and allowed.issuperset(clause):
                    run.append(clause)
                elif run:
                    runs.append(tuple(run))
                    run = []
            if run:
                runs.append(tuple(run))
    return tuple(runs)
