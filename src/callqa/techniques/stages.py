"""Where in a sale each turn stands: the likeliest path through the stages, decoded over all turns of a call.

The weights are reasoned, not learnt: no corpus of ours is labelled with stages. What a turn speaks for comes from
its technique probabilities, the customer's reactions and a few cues of the standard script; how stages follow one
another is the table ``_NEXT``.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from callqa.domain import Party, Reaction, Stage, StageRun
from callqa.techniques.calibrate import Floats

_STAGES = tuple(Stage)

_OF_LABEL: Mapping[str, tuple[Stage, float]] = {
    "product_explanation": (Stage.presentation, 2.2),
    "benefit_framing": (Stage.presentation, 1.6),
    "authority": (Stage.presentation, 1.4),
    "comparison": (Stage.presentation, 1.2),
    "social_proof": (Stage.presentation, 1.0),
    "cross_sell": (Stage.presentation, 0.6),
    "needs_discovery": (Stage.discovery, 2.6),
    "pain_point": (Stage.discovery, 1.0),
    "price_framing": (Stage.pricing, 1.6),
    "objection_handling": (Stage.objection, 2.6),
    "risk_reversal": (Stage.objection, 1.2),
    "urgency": (Stage.closing, 1.8),
    "closing": (Stage.closing, 2.6),
    "follow_up": (Stage.ending, 1.4),
}
_OF_REACTION: Mapping[Reaction, tuple[Stage, float]] = {
    Reaction.hesitate: (Stage.objection, 1.8),
    Reaction.reject: (Stage.objection, 1.8),
    Reaction.complain: (Stage.objection, 1.0),
}
_CUES: tuple[tuple[Stage, float, re.Pattern[str]], ...] = (
    (Stage.opening, 1.6, re.compile(r"工号|为您服务|请问是|我是.{0,8}的|这里是|这边是|打扰")),
    (
        Stage.pricing,
        1.8,
        re.compile(r"多少钱|价格|价钱|什么价|[一二两三四五六七八九十百千0-9][块元]钱?|赠品|另外送|送您"),
    ),
    (
        Stage.verification,
        2.6,
        re.compile(
            r"收货|地址|哪个小区|几号楼|门牌|联系电话|手机号|收件人|姓名|贵姓|核对|复述|重复一遍|货到付款|签收|快递|几天(?:能)?到|发票"
        ),
    ),
    (Stage.ending, 2.6, re.compile(r"再见|拜拜|祝您|生活愉快|先这样|不打扰|挂了|感谢您?的?来电")),
)

_FORWARD = {
    Stage.opening: {
        Stage.discovery: 0.5,
        Stage.presentation: 0.25,
        Stage.pricing: 0.1,
        Stage.objection: 0.08,
    },
    Stage.discovery: {
        Stage.presentation: 0.55,
        Stage.pricing: 0.15,
        Stage.objection: 0.15,
        Stage.closing: 0.05,
    },
    Stage.presentation: {
        Stage.pricing: 0.35,
        Stage.objection: 0.25,
        Stage.closing: 0.15,
        Stage.discovery: 0.12,
    },
    Stage.pricing: {
        Stage.objection: 0.35,
        Stage.closing: 0.25,
        Stage.presentation: 0.2,
        Stage.verification: 0.12,
    },
    Stage.objection: {Stage.closing: 0.35, Stage.presentation: 0.2, Stage.pricing: 0.15, Stage.ending: 0.15},
    Stage.closing: {
        Stage.verification: 0.4,
        Stage.objection: 0.3,
        Stage.ending: 0.15,
        Stage.presentation: 0.08,
    },
    Stage.verification: {Stage.ending: 0.55, Stage.closing: 0.12, Stage.objection: 0.12, Stage.pricing: 0.06},
    Stage.ending: {Stage.verification: 0.2, Stage.closing: 0.2, Stage.objection: 0.2},
}
_STAY = 0.78
_RARE = 0.01


def _next() -> Floats:
    """Log-probabilities of one stage after another, ``[from, to]``."""
    table = np.full((len(_STAGES), len(_STAGES)), _RARE)
    for first, following in _FORWARD.items():
        for second, share in following.items():
            table[_STAGES.index(first), _STAGES.index(second)] = share
    np.fill_diagonal(table, 0.0)
    table *= (1.0 - _STAY) / table.sum(axis=1, keepdims=True)
    np.fill_diagonal(table, _STAY)
    logs: Floats = np.log(table)
    return logs


@lru_cache(maxsize=8)
def _weights(labels: tuple[str, ...]) -> Floats:
    """What techniques speak for, ``[labels, stages]``."""
    table = np.zeros((len(labels), len(_STAGES)))
    for row, label in enumerate(labels):
        if label in _OF_LABEL:
            stage, weight = _OF_LABEL[label]
            table[row, _STAGES.index(stage)] = weight
    return table


def _reaction_weights() -> Floats:
    """What reactions speak for, ``[6, stages]``."""
    table = np.zeros((len(Reaction), len(_STAGES)))
    for row, reaction in enumerate(Reaction):
        if reaction in _OF_REACTION:
            stage, weight = _OF_REACTION[reaction]
            table[row, _STAGES.index(stage)] = weight
    return table


_REACTION_WEIGHTS = _reaction_weights()
_NEXT = _next()
_START = np.log(np.array([0.86, 0.05, 0.03, 0.01, 0.02, 0.01, 0.01, 0.01]))


def decode_stages(
    turns: Sequence[tuple[Party, str]], techniques: Floats, reactions: Floats, *, labels: Sequence[str]
) -> tuple[StageRun, ...]:
    """The likeliest stages of a call (Viterbi).

    Args:
        turns: Party and text of every turn, in order.
        techniques: ``[turns, labels]`` probabilities, zero for customer turns.
        reactions: ``[turns, 6]`` shares in the order of ``Reaction``, zero for agent turns.
        labels: Names of the columns of ``techniques``.

    Returns:
        Runs that cover all turns; empty for a call without turns.
    """
    if not turns:
        return ()
    emission = techniques @ _weights(tuple(labels)) + reactions @ _REACTION_WEIGHTS
    for index, (party, text) in enumerate(turns):
        share = 0.6 if party is Party.customer else 1.0
        for stage, weight, cue in _CUES:
            if cue.search(text):
                emission[index, _STAGES.index(stage)] += weight * share
    position = np.arange(len(turns)) / max(1, len(turns) - 1)
    emission[:, _STAGES.index(Stage.opening)] += np.where(position < 0.06, 1.5, -6.0 * position)
    emission[:, _STAGES.index(Stage.ending)] += np.where(position > 0.8, 3.0 * (position - 0.92), -1.5)
    best = _START + emission[0]
    came_from = np.zeros((len(turns), len(_STAGES)), dtype=int)
    for index in range(1, len(turns)):
        ways = best[:, None] + _NEXT
        came_from[index] = ways.argmax(axis=0)
        best = ways.max(axis=0) + emission[index]
    path = [int(best.argmax())]
    for index in range(len(turns) - 1, 0, -1):
        path.append(int(came_from[index, path[-1]]))
    path.reverse()
    runs: list[StageRun] = []
    first = 0
    for index in range(1, len(path) + 1):
        if index == len(path) or path[index] != path[first]:
            runs.append(StageRun(stage=_STAGES[path[first]], first=first, last=index - 1))
            first = index
    return tuple(runs)
