"""Laws of packing and placing: whatever the recogniser answers, words stay in their stretch, in order, on their channel."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.transcript.packing import Piece, Window, fill, milliseconds, pack
from callqa.transcript.placing import Timed, assign, on_channel, stretch_span
from callqa.transcript.speech import HOP, SpeechOptions, Stretch, sounding, stretches_of

LONGEST, GAP, BORDER = 30 * 16_000, 8_000, 12_000


@st.composite
def channels(draw: st.DrawFn) -> list[list[Stretch]]:
    made = []
    for _ in range(draw(st.integers(0, 6))):
        place, stretches = 0, []
        for _ in range(draw(st.integers(0, 8))):
            start = place + draw(st.integers(0, 50_000))
            place = start + draw(st.integers(1, LONGEST))
            stretches.append(Stretch(start, place))
        made.append(stretches)
    return made


@settings(deadline=None)
@given(channels(), st.booleans())
def test_packing_loses_nothing_and_overfills_nothing(found: list[list[Stretch]], share: bool) -> None:
    calls = [number // 2 for number in range(len(found))]
    windows = pack(found, calls=calls, longest=LONGEST, gap=GAP, border=BORDER, share_windows=share)
    packed = sorted((piece.channel, piece.stretch) for window in windows for piece in window.pieces)
    assert packed == sorted(
        (number, stretch) for number, stretches in enumerate(found) for stretch in stretches
    )
    for window in windows:
        assert window.length <= LONGEST
        for before, after in zip(window.pieces, window.pieces[1:], strict=False):
            assert after.offset - before.end == (GAP if before.channel == after.channel else BORDER)
            if before.channel == after.channel:
                assert before.stretch < after.stretch
        if not share:
            assert len({calls[piece.channel] for piece in window.pieces}) == 1
    assert windows == pack(found, calls=calls, longest=LONGEST, gap=GAP, border=BORDER, share_windows=share)


@settings(deadline=None)
@given(channels())
def test_windows_are_filled(found: list[list[Stretch]]) -> None:
    """Best fit decreasing leaves at most one window half empty."""
    windows = pack(found, calls=[0] * len(found), longest=LONGEST, gap=GAP)
    assert sum(2 * (window.length + GAP) < LONGEST for window in windows) <= 1
    assert (fill(windows, longest=LONGEST) is None) == (not windows)


@st.composite
def answers(draw: st.DrawFn) -> tuple[Window, list[Timed]]:
    pieces, place = [], 0
    for number in range(draw(st.integers(1, 5))):
        length = draw(st.integers(16, 160_000))
        start = draw(st.integers(0, 10**8))
        pieces.append(Piece(number, Stretch(start, start + length), place))
        place += length + GAP
    seconds = st.floats(-5, 40, allow_nan=False)
    words = [
        Timed(
            draw(st.sampled_from(["好", "的，", "谢谢您"])),
            *sorted((draw(seconds), draw(seconds))),
            draw(st.floats(-1, 2)),
        )
        for _ in range(draw(st.integers(0, 40)))
    ]
    return Window(tuple(pieces)), words


@settings(deadline=None)
@given(answers())
def test_words_stay_in_their_stretch_in_order_whatever_times_come(answer: tuple[Window, list[Timed]]) -> None:
    window, words = answer
    held = assign(window, words)
    assert [word for group in held for word in group] == words
    for piece, group in zip(window.pieces, held, strict=True):
        limits = stretch_span(piece)
        place = limits.start
        for word in on_channel(piece, group):
            assert place <= word.span.start < word.span.end <= limits.end
            assert 0 <= word.confidence <= 1
            place = word.span.end


@settings(deadline=None)
@given(st.integers(1, 6), st.lists(st.integers(0, 9), min_size=1, max_size=10), st.integers(0, 10**7))
def test_well_timed_words_land_where_they_were_said(pieces: int, chosen: list[int], start: int) -> None:
    """With true times every word comes back to its channel within a millisecond."""
    made = [Piece(n, Stretch(start + n, start + n + 32_000), n * (32_000 + GAP)) for n in range(pieces)]
    window = Window(tuple(made))
    for number in chosen:
        piece = made[number % pieces]
        words = [Timed("好", piece.offset / 16_000 + 0.5, piece.offset / 16_000 + 0.7, 0.9)]
        (group,) = [g for g in assign(window, words) if g]
        assert assign(window, words)[number % pieces] == group
        (word,) = on_channel(piece, group)
        assert abs(word.span.start - (milliseconds(piece.stretch.start) + 500)) <= 1
        assert abs(word.span.duration - 200) <= 1


@settings(deadline=None)
@given(
    st.lists(st.floats(0, 1, width=32), max_size=400),
    st.integers(0, HOP - 1),
    st.integers(200, 5000),
    st.integers(0, 600),
)
def test_stretches_are_ordered_disjoint_and_short_enough(
    probability: list[float], missing: int, longest: int, margin: int
) -> None:
    length = max(0, len(probability) * HOP - missing)
    options = SpeechOptions(longest_ms=longest, margin_ms=margin)
    found = stretches_of(np.array(probability, np.float32), length=length, options=options)
    place = 0
    for stretch in found:
        assert place <= stretch.start < stretch.end <= length
        assert stretch.length <= longest * 16
        place = stretch.end


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4000), st.floats(0, 1, width=32)), max_size=20))
def test_quiet_stretches_are_left_out_and_loud_hops_never(parts: list[tuple[int, float]]) -> None:
    """Whatever the levels, a hop 4 dB above the quietest tenth is always looked at."""
    rng = np.random.default_rng(0)
    samples = np.concatenate(
        [rng.standard_normal(n * 16) * level for n, level in parts] or [np.zeros(0)]
    ).astype(np.float32)
    kept = np.zeros(-(-len(samples) // HOP), np.bool_)
    for first, last in sounding(samples):
        assert 0 <= first < last <= len(kept)
        kept[first:last] = True
    hops = [samples[i * HOP : (i + 1) * HOP] for i in range(len(kept))]
    power = np.array([float(np.mean(np.square(hop))) for hop in hops])
    if len(power):
        floor = max(10**-6.5, float(np.quantile(power, 0.1)))
        assert kept[power > 2.52 * floor].all()
