"""Likely swapped channels: the agent's script is heard on the customer's channel. Warned, never silently swapped."""

from callqa.compliance.checker import Checker
from callqa.compliance.view import CallView
from callqa.domain import Call, Measure, Party, Transcript

_LIKELY = 0.6
"""From this value on the channels are probably the wrong way round."""
_FEW = 3
"""Fewer script phrases than this on both channels together tell nothing."""


def swapped_channels(call: Call, transcript: Transcript, checker: Checker) -> Measure:
    """How much of the agent's script was heard on the customer's channel.

    Steps of the agent in the script in force are looked for on both channels (accepted wordings, by sound, at least
    four syllables long: short ones customers say too).

    Args:
        call: The call.
        transcript: Raw turns.
        checker: The prepared policy.

    Returns:
        ``swapped_channels``: share (0..1) of the steps heard on either channel that were heard on the customer's and
        not on the agent's; None for mono calls, without a script, or with fewer than three steps heard. From 0.6 on
        ``note`` warns.
    """
    view = CallView(call, transcript, None, (), checker.book)
    script = checker.script.valid_for(call)
    if view.mono or script is None:
        return Measure(name="swapped_channels", value=None, unit="share", note="单声道或没有话术，无从判断")
    own = other = 0
    for step in script.steps:
        if step.party is not Party.agent:
            continue
        heard = {
            party
            for wording in step.wordings
            if len(wording.text) >= 4
            for party in (Party.agent, Party.customer)
            if any(hit.sure for hit in view.hits(wording, party, joined=False))
        }
        own += Party.agent in heard
        other += heard == {Party.customer}
    if own + other < _FEW:
        return Measure(name="swapped_channels", value=None, unit="share", note="听到的话术太少，无从判断")
    value = round(other / (own + other), 3)
    note = "坐席的话术大多出现在客户声道，声道可能接反了，请核实" if value >= _LIKELY else ""
    return Measure(name="swapped_channels", value=value, unit="share", note=note)
