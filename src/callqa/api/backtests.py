"""A policy being written, tried on stored calls before it is published: in the background, with progress.

Only calls count that scoring would judge by the policy being changed: those of other products are left out, and counted.
Both sides judge the same stored words now, the version it was made from and the draft: what a call scored when it came
in may rest on an older version or an older program, and every difference from it would be laid on the draft.

How far a trial is lies in a file of the data folder, so that any process of the server can answer; nothing goes into
the database, and files older than a week are thrown away.
"""

import logging
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from pydantic import ValidationError

from callqa.api.actor import Actor, Need
from callqa.api.house import House, TheHouse
from callqa.api.policies import policy_shown, written
from callqa.api.policy_versions import TheTester, loaded
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire.policy import (
    BacktestAsked,
    BacktestResult,
    BacktestShown,
    FlipShown,
    GradeMoved,
    LeftOut,
    MovedRow,
    SideShown,
)
from callqa.api.work import Read, Route
from callqa.bootstrap import Centre
from callqa.domain import CallFacts, CallQAError, Failed, Processed
from callqa.engine.batch import Tally
from callqa.engine.work import Done
from callqa.insights.backtest import BackTest, Figures, Row, Sketch, compare, labels_of_reviews, sketch
from callqa.policy import not_for
from callqa.store import CallFilter, UnitOfWork
from callqa.store.search import Place

router = APIRouter(prefix="/policy/backtests", tags=["policy"], route_class=Route)

BacktestId = Annotated[
    str, InPath(min_length=32, max_length=32, pattern=r"^[0-9a-f]+$", description="Trial id.")
]
TheReader = Annotated[Actor, Depends(Need(Right.policy_try))]
_RUNNING = threading.BoundedSemaphore(1)
"""Trials at a time: each keeps a processor busy."""
_KEPT = timedelta(days=7)
_SILENT = timedelta(minutes=5)
"""A trial that says nothing for so long has died with its process."""
_FLIPS = 500
_LOOKED_AT = 10_000
"""Calls looked through for those of this policy; who asks waits for it."""
_AT_ONCE = 200
_LOG = logging.getLogger("callqa.api")


@router.post("", status_code=202, responses=answers(404, 409))
def start_backtest(house: TheHouse, actor: TheTester, work: Read, asked: BacktestAsked) -> BacktestShown:
    """Judge the newest calls within reach by these files and by a version, and compare; ask again how far it is.

    Calls that scoring judges by another policy are left out.
    """
    with (
        written(house, asked.files, base=asked.base) as folder,
        written(house, {}, base=asked.against or asked.base) as other,
    ):
        policy, against = loaded(folder), loaded(other)
        calls, left = _calls(
            work,
            actor.other(Right.calls_read),
            asked.calls,
            why_not=partial(not_for, tried=[policy], published=house.centre.policies, against=[against]),
        )
        if not calls:
            why = "；".join(f"{one.why} {one.calls} 通" for one in left)
            raise Refusal(
                "missing",
                f"您的范围内没有这个方案可以试算的通话：{why}。"
                if why
                else "您的范围内还没有评过分的通话，没有可以试算的。",
            )
        if not _RUNNING.acquire(blocking=False):
            raise Refusal("conflict", "正有一个试算在跑，请等它结束。")
        try:
            home = _home(house)
            _sweep(house, home)
            # the trial's own copy: the files above go when the answer does
            kept = Path(tempfile.mkdtemp(prefix="callqa-backtest-"))
            shutil.copytree(folder, kept / "new")
            shutil.copytree(other, kept / "old")
            shown = BacktestShown(
                id=uuid4().hex,
                by=actor.id,
                at=house.now(),
                state="running",
                done=0,
                total=2 * len(calls),
                message="",
                policy=policy_shown(policy),
                against=policy_shown(against),
                left_out=left,
                result=None,
            )
            _note(home, shown)
            trial = _Trial(house, shown, kept, calls, minutes_per_line=asked.minutes_per_line)
            threading.Thread(target=trial.run, name="callqa-backtest", daemon=True).start()
        except BaseException:
            _RUNNING.release()
            raise
    house.trace.used(actor.id, "policy.backtest", f"policy:{policy.id}", {"calls": len(calls)})
    return shown


@router.get("/{backtest}", responses=answers(404))
def one_backtest(house: TheHouse, actor: TheReader, backtest: BacktestId) -> BacktestShown:
    """How far a trial of one's own is, and what it showed."""
    file = _home(house) / f"{backtest}.json"
    try:
        shown = BacktestShown.model_validate_json(file.read_bytes())
        touched = datetime.fromtimestamp(file.stat().st_mtime, tz=shown.at.tzinfo)
    except (FileNotFoundError, ValidationError):  # gone, or written by a version before an upgrade
        raise Refusal("missing") from None
    if shown.by != actor.id:
        raise Refusal("missing")
    if shown.state == "running" and datetime.now(shown.at.tzinfo) - touched > _SILENT:
        return shown.model_copy(update={"state": "failed", "message": "试算中断了，请再试一次。"})
    return shown


def _calls(
    work: UnitOfWork, actor: Actor, most: int, *, why_not: Callable[[CallFacts], str | None]
) -> tuple[list[str], tuple[LeftOut, ...]]:
    """The newest calls within reach that have a result and are this policy's; and those passed over, by reason."""
    found: list[str] = []
    left: Counter[str] = Counter()
    after: Place | None = None
    for _page in range(_LOOKED_AT // _AT_ONCE):
        page = work.calls.page(CallFilter(scope=actor.scope), sort="newest", after=after, limit=_AT_ONCE)
        facts = {one.facts.id: one.facts for one in work.calls.incoming(ids=[one.id for one in page.items])}
        for one in page.items:
            why = why_not(facts[one.id])
            if why is not None:
                left[why] += 1
                continue
            found.append(one.id)
            if len(found) == most:
                break
        after = page.next
        if after is None or len(found) == most:
            break
    return found, tuple(LeftOut(why=why, calls=calls) for why, calls in left.most_common())


def _home(house: House) -> Path:
    return house.settings.data / "backtests"


def _sweep(house: House, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    for file in home.iterdir():
        if datetime.fromtimestamp(file.stat().st_mtime, tz=house.now().tzinfo) < house.now() - _KEPT:
            file.unlink(missing_ok=True)


def _note(home: Path, shown: BacktestShown) -> None:
    unfinished = home / f"{shown.id}.part"
    unfinished.write_text(shown.model_dump_json(), encoding="utf-8")
    unfinished.replace(home / f"{shown.id}.json")


class _Trial:
    """One trial, in a thread of the server; the judging itself happens in a process of its own."""

    def __init__(
        self,
        house: House,
        shown: BacktestShown,
        folder: Path,
        calls: Sequence[str],
        *,
        minutes_per_line: float,
    ) -> None:
        self._house = house
        self._shown = shown
        self._folder = folder
        self._calls = calls
        self._minutes = minutes_per_line
        self._failed: list[Failed] = []

    def run(self) -> None:
        """Judge, compare, note; whatever goes wrong is noted as well."""
        try:
            self._say(state="done", result=self._compared())
        except CallQAError as refused:
            self._say(state="failed", message=refused.message)
        except Exception:
            _LOG.exception("backtest failed")
            self._say(state="failed", message="程序出了错，已记入日志。")
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            _RUNNING.release()

    def _say(
        self,
        *,
        state: Literal["running", "done", "failed"] = "running",
        done: int | None = None,
        message: str = "",
        result: BacktestResult | None = None,
    ) -> None:
        known = self._shown.done if done is None else done
        self._shown = self._shown.model_copy(
            update={"state": state, "done": known, "message": message, "result": result}
        )
        _note(_home(self._house), self._shown)

    def _compared(self) -> BacktestResult:
        before = self._judged("old")
        after = self._judged("new")
        labels = {
            call: labels_of_reviews(events, cards)
            for call, (events, cards) in self._house.centre.reviews(list(after)).items()
        }
        test = compare(before, after, minutes_per_line=self._minutes, labels=labels)
        return _shown(test, self._failed)

    def _judged(self, side: Literal["old", "new"]) -> dict[str, Sketch]:
        centre = Centre(self._house.settings, policy_folder=self._folder / side)
        found: dict[str, Sketch] = {}
        done = self._shown.done

        def take(result: Processed) -> None:
            found[result.call.id] = sketch(result)

        def report(tally: Tally, _done: Done | None) -> None:
            self._say(done=done + tally.finished + tally.failed)

        try:
            with self._house.read() as work:
                incoming = work.calls.incoming(ids=list(self._calls))
            centre.trial(
                incoming,
                take=take,
                failed=self._failed.append,
                workers=1,
                stop=self._house.stopping.is_set,
                report=report,
            )
        finally:
            centre.database.dispose()
        if self._house.stopping.is_set():
            raise CallQAError("服务正在停下，试算没有做完。", code="backtest.stopped", hint="请稍后再试。")
        return found


def _shown(test: BackTest, failed: Sequence[Failed]) -> BacktestResult:
    rows = [row for row in test.rows if row.moved or any(side and side.broken for side in (row.old, row.new))]
    return BacktestResult(
        calls=test.calls,
        labelled=test.labelled,
        old_mean=test.old_mean,
        new_mean=test.new_mean,
        old_minutes=test.work.old_minutes,
        new_minutes=test.work.new_minutes,
        grades=tuple(GradeMoved(title=name, old=old, new=new) for name, old, new in test.grades),
        rows=tuple(_row(row, test.calls) for row in sorted(rows, key=lambda row: -row.moved)),
        flips=tuple(
            FlipShown(
                call=one.call_id,
                agent=one.agent,
                old_total=one.old_total,
                new_total=one.new_total,
                delta=one.delta,
                old_grade=one.old_grade,
                new_grade=one.new_grade,
                changes=one.changes,
            )
            for one in test.flips[:_FLIPS]
        ),
        flipped=len(test.flips),
        # what neither side can judge fails twice for one reason
        failed=tuple(dict.fromkeys(f"{one.call_id}：{one.message}" for one in failed)),
    )


def _row(row: Row, calls: int) -> MovedRow:
    return MovedRow(
        subject="step" if row.subject == "step" else "rule",
        id=row.id,
        title=row.title,
        old=_side(row.old, calls),
        new=_side(row.new, calls),
        now_broken=row.now_broken,
        now_cleared=row.now_cleared,
    )


def _side(figures: Figures | None, calls: int) -> SideShown | None:
    if figures is None:
        return None
    low, high = figures.precision.interval or (None, None)
    return SideShown(
        broken=figures.broken,
        per_thousand=1000 * figures.broken / calls if calls else None,
        unsure=figures.unsure,
        precision=figures.precision.value,
        precision_low=low,
        precision_high=high,
        labelled=figures.precision.of,
    )
