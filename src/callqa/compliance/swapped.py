"""Are the channels the wrong way round? The agent's script heard on the customer's channel says so."""

from callqa.compliance.checker import Checker
from callqa.compliance.view import CallView
from callqa.domain import Call, Measure, Party, Quote, Transcript

_ENOUGH = 3
"""Steps on the wrong channel before anything is said; two may be a customer repeating the agent's words."""


def swapped_channels(call: Call, transcript: Transcript, checker: Checker) -> Measure:
    """1 where at least three of the agent's script steps are heard from the customer and fewer from the agent, else 0.

    A warning for people: nothing is ever exchanged silently.

    Args:
        call: The script version valid for it is used.
        transcript: Raw turns.
        checker: The prepared policy.

    Returns:
        ``swapped_channels``, unit ``count``; None where parties are unknown (mono) or no script applies.
    """
    script = checker.script.valid_for(call)
    if (
        script is None
        or any(turn.party is Party.unknown for turn in transcript.turns)
        or not transcript.turns
    ):
        return Measure(
            name="swapped_channels",
            value=None,
            unit="count",
            note="单声道、无人说话或没有适用的话术，判断不了",
        )
    view = CallView(call, transcript, None, (), checker.book)
    heard: dict[Party, set[str]] = {Party.agent: set(), Party.customer: set()}
    for step in script.steps:
        for wording in (*step.wordings, *(one for group in step.parts for one in group)):
            for hit in view.hits(wording, joined=False):
                if hit.sure and isinstance(hit.evidence[0], Quote):
                    heard[hit.evidence[0].party].add(step.id)
    agent, customer = len(heard[Party.agent]), len(heard[Party.customer])
    if customer < _ENOUGH or customer <= agent:
        return Measure(name="swapped_channels", value=0.0, unit="count")
    note = f"坐席的 {customer} 个话术步骤出现在客户声道，坐席声道只有 {agent} 个：请核对清单里的声道次序"
    return Measure(name="swapped_channels", value=1.0, unit="count", note=note)
