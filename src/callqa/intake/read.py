"""A folder, files or a manifest → the calls of a day, and everything about them that a person should look at."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callqa.domain import CallFacts, IncomingCall, IntakeError
from callqa.intake.columns import Columns, recognise
from callqa.intake.facts import Fault, FoundFacts, facts_of_name, facts_of_row
from callqa.intake.files import FileBook, FileHash, list_files
from callqa.intake.problem import Intake, Problem
from callqa.intake.table import MANIFEST_SUFFIXES, Row, Table, read_table

LONGEST_ID = 128
"""Characters of a call id; the same law as ``CallFacts.id``."""


def read_calls(
    source: Path | Sequence[Path],
    *,
    manifest: Path | None = None,
    known_agents: Collection[str] | None = None,
    zone: str = "Asia/Shanghai",
    customer_key: bytes | None = None,
) -> Intake:
    """Finds the calls to listen to.

    Args:
        source: A folder (searched with its sub-folders), a list of files and folders, or a manifest.
        manifest: Table of calls; its files lie in ``source`` (beside the manifest where ``source`` is a manifest).
            Files of ``source`` that it does not name are reported and left out: whose call they are is not known.
        known_agents: Every agent of the centre, as manifests write them; None = not checked.
        zone: Time zone of times that name none.
        customer_key: Key for the customers' numbers; None = the numbers are dropped.

    Returns:
        Calls with unique ids and contents, and all problems. Single bad rows or files never stop the rest.

    Raises:
        IntakeError: ``intake.source_missing``, ``intake.nothing_found``, ``intake.zone``, or the manifest cannot be
            read at all (``intake.manifest_…``).
    """
    options = _Options(zone=_zone(zone), known_agents=known_agents, key=customer_key)
    if isinstance(source, Path) and source.is_file() and source.suffix.lower() in MANIFEST_SUFFIXES:
        manifest, source = source, source.parent
    sources = [source] if isinstance(source, Path) else list(source)
    collected = _Collected()
    files = _named_in_unicode(list_files(sources), collected)
    if manifest is not None:
        _by_manifest(
            read_table(manifest), manifest, FileBook(sources, files, manifest.parent), options, collected
        )
    else:
        _by_name(files, sources, options, collected)
    if not collected.calls and not collected.problems:
        raise IntakeError(
            f"没有找到录音：{'、'.join(str(path) for path in sources)}。",
            code="intake.nothing_found",
            hint="请检查文件夹；录音的扩展名应是 wav、mp3、flac、ogg、m4a、amr 等。",
        )
    return Intake(calls=tuple(collected.calls), problems=tuple(collected.problems))


@dataclass(frozen=True, slots=True)
class _Options:
    zone: tzinfo
    known_agents: Collection[str] | None
    key: bytes | None


@dataclass(slots=True)
class _Collected:
    calls: list[IncomingCall] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    contents: dict[str, IncomingCall] = field(default_factory=dict)

    def report(
        self,
        code: str,
        message: str,
        hint: str = "",
        *,
        call_id: str | None = None,
        path: Path | None = None,
        line: int | None = None,
        skipped: bool = False,
    ) -> None:
        problem = Problem(
            code=code, message=message, hint=hint, call_id=call_id, path=path, line=line, skipped=skipped
        )
        self.problems.append(problem)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise IntakeError(
            f"不认识的时区「{name}」。", code="intake.zone", hint="例如 Asia/Shanghai。"
        ) from error


def _by_name(
    files: Iterable[Path], sources: Sequence[Path], options: _Options, collected: _Collected
) -> None:
    numbers = 0
    for path in files:
        found = facts_of_name(path, zone=options.zone, key=options.key)
        call_id = found.id if found.id not in collected.ids else _longer_id(path, sources, found.id)
        call_id = _short_enough(call_id, path)
        facts = found.facts(call_id)
        numbers += found.number_dropped
        _take(path, facts, faults=found.faults, line=None, options=options, collected=collected)
    _numbers_dropped(numbers, collected)


def _named_in_unicode(files: Iterable[Path], collected: _Collected) -> list[Path]:
    """Without files whose names are bytes of another encoding: they could be opened, but neither stored nor shown."""
    found = []
    for path in files:
        shown = Path(str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
        if shown == path:
            found.append(path)
            continue
        collected.report(
            "unreadable_file",
            f"录音的文件名不是 UTF-8：{shown.name}。",
            "请改名后重新运行；压缩包解开时请选择中文（GBK）文件名。",
            path=shown,
            skipped=True,
        )
    return found


def _short_enough(call_id: str, path: Path) -> str:
    """A call's id has an end, a file's name may go beyond it; the rest is told by a hash of the path's last parts."""
    if len(call_id) <= LONGEST_ID:
        return call_id
    mark = hashlib.sha256("/".join(path.parts[-2:]).encode()).hexdigest()[:16]
    return f"{call_id[: LONGEST_ID - len(mark) - 1]}-{mark}"


def _longer_id(path: Path, sources: Sequence[Path], short: str) -> str:
    """Two sub-folders may hold the same name: the folders' names tell the calls apart."""
    for source in sources:
        if source.is_dir() and path.is_relative_to(source):
            return "-".join((*path.relative_to(source).parts[:-1], short))
    return f"{path.parent.name}-{short}"


def _by_manifest(
    table: Table, manifest: Path, book: FileBook, options: _Options, collected: _Collected
) -> None:
    columns = _usable_columns(table, manifest, collected)
    numbers = 0
    taken: dict[Path, int] = {}
    for row in table.rows:
        if row.fault:
            collected.report(
                "bad_row",
                f"清单第 {row.line} 行{row.fault}。",
                "请改正这一行后重新运行。",
                line=row.line,
                skipped=True,
            )
            continue
        found = facts_of_row(row.cells, columns, zone=options.zone, key=options.key)
        numbers += found.number_dropped
        path = _file_of(row, found, book, taken, collected)
        if path is None:
            continue
        call_id = found.id or _short_enough(facts_of_name(path, zone=options.zone, key=None).id, path)
        _take(
            path,
            found.facts(call_id),
            faults=found.faults,
            line=row.line,
            options=options,
            collected=collected,
        )
    for path in book.unnamed(taken):
        collected.report(
            "file_without_row",
            f"清单里没有这个录音：{path.name}。",
            "请在清单里补一行后重新运行。",
            path=path,
            skipped=True,
        )
    _numbers_dropped(numbers, collected)


def _usable_columns(table: Table, manifest: Path, collected: _Collected) -> Columns:
    columns = recognise(table.header)
    if "file" not in columns.known and "id" not in columns.known:
        raise IntakeError(
            f"清单里没有「录音」或「通话编号」列：{manifest}（列名：{'、'.join(table.header)}）。",
            code="intake.manifest_columns",
            hint="第一行写列名，例如：通话编号,录音,坐席,组织路径,开始时间。",
        )
    for name in columns.twice:
        collected.report("column_twice", f"清单里有两列意思相同，「{name}」按附加列保留。", line=1)
    return columns


def _file_of(
    row: Row, found: FoundFacts, book: FileBook, taken: dict[Path, int], collected: _Collected
) -> Path | None:
    """The row's file, or None after reporting why there is none."""
    call_id = found.id or None
    named = found.file or found.id
    fault = (
        "既没有录音也没有通话编号" if not named else "的通话编号太长" if len(found.id) > LONGEST_ID else ""
    )
    if fault:
        collected.report(
            "bad_row",
            f"清单第 {row.line} 行{fault}。",
            "请改正这一行后重新运行。",
            line=row.line,
            skipped=True,
        )
        return None
    path = book.find(named)
    if path is None:
        outside = book.is_outside(named)
        collected.report(
            "outside_folder" if outside else "row_without_file",
            f"清单第 {row.line} 行的录音{'不在录音文件夹之内' if outside else '找不到'}：{named}。",
            "只读录音文件夹里的文件，请改正路径。" if outside else "请补上录音或删去这一行。",
            call_id=call_id,
            line=row.line,
            skipped=True,
        )
    elif path in taken:
        collected.report(
            "file_named_twice",
            f"清单第 {row.line} 行与第 {taken[path]} 行是同一个录音：{path.name}，只用了前一行。",
            "请删去多余的一行。",
            call_id=call_id,
            path=path,
            line=row.line,
            skipped=True,
        )
        path = None
    else:
        taken[path] = row.line
    return path


def _take(
    path: Path,
    facts: CallFacts,
    *,
    faults: Iterable[Fault],
    line: int | None,
    options: _Options,
    collected: _Collected,
) -> None:
    """Adds a call unless its id or content is there already."""
    for fault in faults:
        collected.report(fault.code, fault.message, fault.hint, call_id=facts.id, path=path, line=line)
    if facts.id in collected.ids:
        collected.report(
            "duplicate_call_id",
            f"通话编号重复：{facts.id}，只用了第一次出现的那通。",
            "每通电话的编号必须唯一。",
            call_id=facts.id,
            path=path,
            line=line,
            skipped=True,
        )
        return
    content = FileHash.of(path)
    if content.error:
        collected.report(
            "unreadable_file",
            f"录音文件打不开：{path.name}（{content.error}）。",
            "请检查文件和读取权限。",
            call_id=facts.id,
            path=path,
            line=line,
            skipped=True,
        )
        return
    twin = collected.contents.get(content.sha256)
    if twin is not None and content.size:
        collected.report(
            "duplicate_content",
            f"{path.name} 与 {twin.path.name}（{twin.facts.id}）内容完全相同，只用了后者。",
            "同一通录音不要导出两次。",
            call_id=facts.id,
            path=path,
            line=line,
            skipped=True,
        )
        return
    known = options.known_agents
    if known is not None and facts.agent is not None and facts.agent not in known:
        collected.report(
            "unknown_agent",
            f"坐席不在名册里：{facts.agent}。",
            "请在组织名册里补上，或改正清单。",
            call_id=facts.id,
            path=path,
            line=line,
        )
    call = IncomingCall(path=path, sha256=content.sha256, facts=facts)
    collected.ids.add(facts.id)
    collected.contents.setdefault(content.sha256, call)
    collected.calls.append(call)


def _numbers_dropped(count: int, collected: _Collected) -> None:
    if count:
        collected.report(
            "customer_number_dropped",
            f"有 {count} 通带客户号码，但没有设置密钥：号码没有保存，同一客户的多次通话无法关联。",
            "需要关联客户时请设置客户号码密钥。",
        )
