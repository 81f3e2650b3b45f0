"""The recording itself as numbers: can it be trusted to carry a verdict?"""

import numpy as np
from numpy.typing import NDArray

from callqa.audio.decoding import Decoded
from callqa.audio.levels import FRAME_MS, ChannelLevels, decibels
from callqa.domain import Call, IncomingCall, Measure, Party, Span, Waveform, call_of

_ACTIVE_ABOVE_FLOOR_DB = 10.0
_ACTIVE_AT_LEAST_DBFS = -60.0
_DEAD_DBFS = -65.0
"""A channel whose loudest 1 % of frames stay below this carries nobody (G.711 idle noise lies near −70 dBFS)."""
_SAME_CORRELATION = 0.97
_SAME_WITHIN_DB = 6.0
"""Two channels so alike in shape and level are one microphone (lossy stereo coding costs up to 2 % of the correlation).
A channel that holds nothing but the other party's leak is as alike in shape, but quieter."""

_PARTY_TITLES = {Party.agent: "坐席", Party.customer: "客户", Party.unknown: "未知方"}


def same_channels(decoded: Decoded) -> dict[int, int]:
    """Channels that repeat an earlier one: number → the channel it repeats."""
    same: dict[int, int] = {}
    for later in range(1, len(decoded.channels)):
        for earlier in range(later):
            if earlier not in same and _same(decoded, earlier, later):
                same[later] = earlier
                break
    return same


def _same(decoded: Decoded, one: int, other: int) -> bool:
    alike = decoded.levels.correlation(one, other) >= _SAME_CORRELATION
    return alike and abs(decoded.levels.difference(one, other)) <= _SAME_WITHIN_DB


def dead_channels(decoded: Decoded) -> tuple[int, ...]:
    """Channels that carry nobody's voice."""
    return tuple(n for n, channel in enumerate(decoded.levels.channels) if _is_dead(channel.power()))


def _is_dead(power: NDArray[np.float32]) -> bool:
    return not len(power) or decibels(float(np.quantile(power, 0.99))) < _DEAD_DBFS


def active_frames(power: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which 20 ms frames hold sound: 10 dB over the channel's own noise floor (10th percentile), and audible."""
    if not len(power):
        return np.zeros(0, np.bool_)
    floor = decibels(float(np.quantile(power, 0.1)))
    # a floor above −40 dBFS is speech or music without pauses, not noise: it must not hide everything
    threshold = max(_ACTIVE_AT_LEAST_DBFS, min(floor, -40.0) + _ACTIVE_ABOVE_FLOOR_DB)
    return np.asarray(power > 10 ** (threshold / 10), np.bool_)


def open_call(incoming: IncomingCall, decoded: Decoded) -> Call:
    """Facts and opened recording as one call; where channels repeat each other nobody knows who speaks on which."""
    call = call_of(incoming, decoded.recording)
    same = same_channels(decoded)
    twins = {*same, *same.values()}
    if not twins:
        return call
    return call.replace(parties=tuple(Party.unknown if n in twins else p for n, p in enumerate(call.parties)))


def voices(decoded: Decoded, call: Call) -> tuple[tuple[Party, Waveform], ...]:
    """What is worth listening to: party and waveform, a repeated channel once, a dead one not at all."""
    skip = {*same_channels(decoded), *dead_channels(decoded)}
    return tuple(
        (party, waveform)
        for number, (party, waveform) in enumerate(zip(call.parties, decoded.channels, strict=True))
        if number not in skip
    )


def examine(decoded: Decoded, call: Call) -> tuple[Measure, ...]:
    """Measures of the recording.

    Per party (``agent_…``, ``customer_…``; of several channels of one party the loudest counts):
    ``…_level`` mean level of active frames in dBFS, ``…_peak`` in dBFS, ``…_clipping`` share of samples in flattened
    peaks, ``…_active`` share of 20 ms frames that hold sound. For the recording: ``dead_channels`` and
    ``identical_channels`` (count), ``truncated`` (0 or 1), ``longest_dead_air`` in ms over all channels.
    """
    measures: list[Measure] = []
    seen: set[Party] = set()
    for party in call.parties:
        if party not in seen:
            seen.add(party)
            measures += _of_party(decoded, call, party)
    return (*measures, _dead(decoded, call), _identical(decoded), _truncated(decoded), _dead_air(decoded))


def _of_party(decoded: Decoded, call: Call, party: Party) -> list[Measure]:
    numbers = [n for n, p in enumerate(call.parties) if p is party]
    power = [decoded.levels.channels[n].power() for n in numbers]
    loudest = int(np.argmax([float(p.mean()) if len(p) else 0.0 for p in power]))
    channel: ChannelLevels = decoded.levels.channels[numbers[loudest]]
    active = active_frames(power[loudest])
    sounding = power[loudest][active]
    nothing = "" if len(sounding) else f"{_PARTY_TITLES[party]}声道没有声音"
    return [
        Measure(
            name=f"{party}_level",
            value=round(decibels(float(sounding.mean())), 1) if len(sounding) else None,
            unit="dBFS",
            note=nothing,
        ),
        Measure(
            name=f"{party}_peak",
            value=round(20 * float(np.log10(channel.peak)), 1) if channel.peak > 0 else None,
            unit="dBFS",
            note="" if channel.peak > 0 else nothing,
        ),
        Measure(
            name=f"{party}_clipping",
            value=round(channel.clipped / channel.samples, 6) if channel.samples else None,
            unit="share",
        ),
        Measure(
            name=f"{party}_active",
            value=round(float(active.mean()), 4) if len(active) else None,
            unit="share",
        ),
    ]


def _dead(decoded: Decoded, call: Call) -> Measure:
    dead = dead_channels(decoded)
    names = "、".join(f"第{n + 1}声道（{_PARTY_TITLES[call.parties[n]]}）" for n in dead)
    return Measure(
        name="dead_channels",
        value=len(dead),
        unit="count",
        note=f"{names}没有声音，只听了其余声道" if dead else "",
    )


def _identical(decoded: Decoded) -> Measure:
    same = same_channels(decoded)
    note = "各声道内容相同（单声道录音存成了多声道），分不清坐席和客户，按单声道听一遍" if same else ""
    return Measure(name="identical_channels", value=len(same), unit="count", note=note)


def _truncated(decoded: Decoded) -> Measure:
    note = "录音不完整：文件提前结束或部分损坏，只处理了能解码的部分" if decoded.truncated else ""
    return Measure(name="truncated", value=float(decoded.truncated), unit="count", note=note)


def _dead_air(decoded: Decoded) -> Measure:
    """Longest stretch in which no channel holds sound."""
    masks = [active_frames(channel.power()) for channel in decoded.levels.channels]
    quiet = ~np.logical_or.reduce(masks) if masks else np.zeros(0, np.bool_)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet.view(np.int8), [0]))))
    starts, ends = edges[::2] * FRAME_MS, edges[1::2] * FRAME_MS
    if not len(starts):
        return Measure(name="longest_dead_air", value=0.0, unit="ms")
    longest = int(np.argmax(ends - starts))
    span = Span(start=int(starts[longest]), end=int(ends[longest]))
    return Measure(name="longest_dead_air", value=float(span.duration), unit="ms", spans=(span,))
