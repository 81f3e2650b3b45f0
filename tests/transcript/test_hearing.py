"""Second thoughts about what was decoded, with an ear that hears what it is told."""

from collections.abc import Callable, Iterator, Sequence

from callqa.transcript.hearing import Decoded, hear
from callqa.transcript.packing import Piece, Window, pack
from callqa.transcript.placing import Timed
from callqa.transcript.recogniser import Heard
from callqa.transcript.speech import RATE, Stretch

Told = dict[tuple[int, int], list[str]]


class Ear:
    """Says for each stretch, by channel and start in seconds, the next of its texts.

    Args:
        told: Texts by (channel, second).
        bad: Log probability of windows that hold this text.
    """

    def __init__(self, told: Told, *, bad: str = "") -> None:
        self.told, self.bad = told, bad
        self.windows: list[Window] = []
        self.alone: list[Piece] = []

    def decode(self, windows: Sequence[Window]) -> Iterator[tuple[Window, Decoded]]:
        for window in windows:
            self.windows.append(window)
            words = [word for piece in window.pieces for word in self._words(piece, piece.offset)]
            yield window, self._decoded(words)

    def decode_alone(self, piece: Piece) -> Decoded:
        self.alone.append(piece)
        return self._decoded(self._words(piece, 0))

    def _words(self, piece: Piece, offset: int) -> list[Timed]:
        texts = self.told[piece.channel, piece.stretch.start // RATE]
        text = texts.pop(0) if len(texts) > 1 else texts[0]
        step = piece.stretch.length / RATE / max(1, len(text))
        start = offset / RATE
        return [Timed(c, start + i * step, start + (i + 1) * step, 0.9) for i, c in enumerate(text)]

    def _decoded(self, words: list[Timed]) -> Decoded:
        failed = bool(self.bad) and self.bad in "".join(word.text for word in words)
        return Decoded(words, log_probability=-2.0 if failed else -0.2, no_speech=0.0)


def listen(ear: Ear, *, seconds: int = 3) -> list[Heard]:
    channels: dict[int, list[Stretch]] = {}
    for channel, second in ear.told:
        channels.setdefault(channel, []).append(Stretch(second * RATE, (second + seconds) * RATE))
    found = [sorted(channels[number]) for number in sorted(channels)]
    packed: Callable[..., list[Window]] = lambda c: pack(c, calls=range(len(c)), longest=30 * RATE, gap=8000)  # noqa: E731
    return hear(found, ear, packed=packed)


def text(heard: Heard) -> str:
    return "".join(word.text for word in heard.words)


def test_what_is_clear_is_heard_once() -> None:
    ear = Ear({(0, 1): ["您好请问您"], (0, 9): ["需要什么"], (1, 5): ["我想买一个足疗仪"]})
    heard = listen(ear)
    assert [text(one) for one in heard] == ["您好请问您需要什么", "我想买一个足疗仪"]
    assert len(ear.windows) == 1
    assert not ear.alone
    assert [len(one.speech) for one in heard] == [2, 1]


def test_missing_text_is_heard_again_among_its_like() -> None:
    ear = Ear({(0, 1): ["您好请问您"], (0, 9): ["", "需要什么"], (1, 5): ["嗯", "我想买一个足疗仪"]})
    heard = listen(ear)
    assert [text(one) for one in heard] == ["您好请问您需要什么", "我想买一个足疗仪"]
    assert [sorted((p.channel, p.stretch.start // RATE) for p in w.pieces) for w in ear.windows[1:]] == [
        [(0, 9), (1, 5)]
    ]
    assert not heard[0].dropped


def test_the_fuller_answer_stays() -> None:
    heard = listen(Ear({(0, 1): ["嗯好", "嗯"], (1, 1): ["嗯", ""]}))
    assert [text(one) for one in heard] == ["嗯好", "嗯"]
    assert not any(one.dropped for one in heard)


def test_what_stays_without_text_is_on_record() -> None:
    (heard,) = listen(Ear({(0, 2): [""]}))
    assert [(d.span.start, d.span.end, d.text, d.reason) for d in heard.dropped] == [
        (2000, 5000, "", "no_text")
    ]


def test_invented_text_is_dropped_unless_the_second_hearing_has_better() -> None:
    heard = listen(Ear({(0, 1): ["请不吝点赞订阅转发"], (1, 1): ["谢谢观看", "您好请问您"]}))
    assert [(d.text, d.reason) for d in heard[0].dropped] == [("请不吝点赞订阅转发", "silence_phrase")]
    assert text(heard[1]) == "您好请问您"
    assert not heard[1].dropped


def test_a_failed_window_costs_only_the_stretch_that_spoils_it() -> None:
    ear = Ear({(0, 1): ["您好请问您"], (0, 9): ["需要什么"], (1, 5): ["囍囍囍囍"]}, bad="囍")
    heard = listen(ear)
    assert text(heard[0]) == "您好请问您需要什么"
    assert not heard[1].words
    assert [d.reason for d in heard[1].dropped] == ["low_probability"]
    assert len(ear.alone) == 3
    assert abs(heard[0].words[5].span.start - 9000) <= 1


def test_a_channel_that_always_fails_is_given_up() -> None:
    """Another language: twenty stretches, four attempts."""
    ear = Ear({(0, 10 * n): ["囍囍囍囍"] for n in range(20)}, bad="囍")
    (heard,) = listen(ear)
    assert len(ear.alone) == 4
    assert len(heard.dropped) == 20
    assert not heard.words
