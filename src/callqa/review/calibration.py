"""Calibration rounds: everybody's answers against the expert's."""

from collections.abc import Iterable, Mapping
from statistics import fmean

from callqa.domain import Answer, CalibrationRound, Noun, ReviewError
from callqa.review.raters import ItemAgreement, agreement


class Accuracy(Noun):
    """One rater against the expert."""

    rater: str
    """Who."""
    cases: int
    """Lines that both rated."""
    same: float | None
    """Share with the same points; None without cases."""
    off: float | None
    """Mean of own points minus the expert's, in per cent of full marks; above 0 = lenient."""
    far: float | None
    """Mean distance from the expert, same unit."""


class RoundResult(Noun):
    """What a round showed."""

    accuracy: tuple[Accuracy, ...]
    """Every rater but the expert, the nearest first; the machine among them."""
    items: tuple[ItemAgreement, ...]
    """Agreement per item, the least first."""
    waiting: tuple[str, ...]
    """Raters, expert included, who have not answered every call."""


def round_result(
    round_: CalibrationRound, answers: Iterable[Answer], *, full: Mapping[str, float]
) -> RoundResult:
    """Judge a round.

    Args:
        round_: The round.
        answers: Its raters', the expert's and the machine's; answers on other calls are left out.
        full: Item → full marks.
    """
    given = [one for one in answers if one.call_id in round_.calls]
    latest = {(one.rater, one.call_id, one.item): one for one in sorted(given, key=lambda one: one.at)}
    right = {
        (call, item): one.points for (rater, call, item), one in latest.items() if rater == round_.expert
    }
    raters = sorted({rater for rater, _call, _item in latest} - {round_.expert})
    accuracy = [_accuracy(rater, latest, right, full) for rater in raters]
    seen = {(rater, call) for rater, call, _item in latest}
    return RoundResult(
        accuracy=tuple(sorted(accuracy, key=lambda one: (one.far is None, one.far or 0.0, one.rater))),
        items=tuple(agreement(given)),
        waiting=tuple(
            rater
            for rater in dict.fromkeys((*round_.raters, round_.expert))
            if any((rater, call) not in seen for call in round_.calls)
        ),
    )


def _accuracy(
    rater: str,
    latest: Mapping[tuple[str, str, str], Answer],
    right: Mapping[tuple[str, str], float | None],
    full: Mapping[str, float],
) -> Accuracy:
    same: list[bool] = []
    off: list[float] = []
    for (who, call, item), one in latest.items():
        if who != rater or (call, item) not in right:
            continue
        expert = right[call, item]
        same.append(one.points == expert)
        marks = full.get(item, 0.0)
        if one.points is not None and expert is not None and marks > 0:
            off.append(100.0 * (one.points - expert) / marks)
    return Accuracy(
        rater=rater,
        cases=len(same),
        same=sum(same) / len(same) if same else None,
        off=fmean(off) if off else None,
        far=fmean(abs(value) for value in off) if off else None,
    )


def check_answer(round_: CalibrationRound, *, rater: str, call_id: str) -> None:
    """Whether somebody may answer.

    Raises:
        ReviewError: ``calibration.closed``, ``calibration.rater``, ``calibration.call``.
    """
    if round_.state == "closed":
        raise ReviewError("这一轮校准已经结束。", code="calibration.closed", hint="请等下一轮，或新建一轮。")
    if rater not in (*round_.raters, round_.expert):
        raise ReviewError(
            "你不在这一轮校准的名单里。", code="calibration.rater", hint="请让组织者把你加进去。"
        )
    if call_id not in round_.calls:
        raise ReviewError("这通电话不在这一轮校准里。", code="calibration.call", hint="请从本轮的通话里选。")
