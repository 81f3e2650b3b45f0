"""Sound that is no ordinary call, through the real recogniser in one run: scored honestly, or left to a person."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from callqa.domain import Party, Processed, Subject, Verdict, Waveform
from tests.bad_input.conftest import callqa, results
from tests.transcript.conftest import say, say_english

__all__ = ["say", "say_english"]

# the calls are heard once: all of it in one worker
pytestmark = pytest.mark.slow
Sound = NDArray[np.float32]
RATE = 16_000
AGENT = ((0.5, "您好，很高兴为您服务。"), (6.0, "今天的活动价是一千二百八十元。"))
CUSTOMER = ((3.5, "这个足疗仪多少钱？"), (9.5, "好的，谢谢您。"))
SECONDS = 12.0


def hold_music(seconds: float) -> Sound:
    time = np.arange(round(seconds * RATE)) / RATE
    notes = [
        np.sin(2 * np.pi * f * time) * (np.sin(2 * np.pi * time / 2 + f) > 0) for f in (262, 330, 392, 523)
    ]
    return np.asarray(0.1 * sum(notes), np.float32)


def ringing(seconds: float) -> Sound:
    """The ring-back tone of Chinese exchanges: 450 Hz, one second on, four off."""
    time = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(0.2 * np.sin(2 * np.pi * 450 * time) * (time % 5 < 1), np.float32)


def noise(seconds: float) -> Sound:
    return np.random.default_rng(2).normal(0, 1e-3, round(seconds * RATE)).astype(np.float32)


@pytest.fixture(scope="module")
def heard(
    demo_models: Path,
    say: Callable[..., Waveform],
    say_english: Callable[..., Waveform],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Processed]:
    where = tmp_path_factory.mktemp("odd")
    folder = where / "recordings"
    folder.mkdir()

    def write(name: str, *channels: Sound, rate: int = RATE) -> None:
        sound = np.stack(channels, axis=1)
        if rate != RATE:
            sound = soxr.resample(sound, RATE, rate)
        soundfile.write(folder / f"{name}.wav", sound, rate, subtype="PCM_16")

    agent = say(*AGENT, voice="f2", seconds=SECONDS).samples
    customer = say(*CUSTOMER, voice="m1", seconds=SECONDS).samples
    english = say_english(
        "Hello, I would like to ask about the delivery of my parcel.",
        "It has not arrived and nobody answers the telephone number on your website.",
    ).samples
    nothing = np.zeros_like(agent)
    write("ordinary", agent, customer)
    write("silence", nothing, nothing)
    write("ringing", ringing(20), noise(20))
    write("music", hold_music(20), hold_music(20) * 0.5)
    write("customer-dead", agent, nothing)
    write("agent-dead", nothing, customer)
    write("six-channels", agent, customer, nothing, nothing, nothing, noise(SECONDS))
    write("192-khz", agent, customer, rate=192_000)
    write("english", english, np.random.default_rng(3).normal(0, 1e-3, len(english)).astype(np.float32))
    said = callqa(where / "data", "score", folder, settings={"CALLQA_MODELS": str(demo_models)})
    assert said.code == 0, said.all
    found = results(where / "data")
    assert len(found) == 9
    return found


def text_of(call: Processed, party: Party) -> str:
    return "".join(turn.text for turn in call.transcript.of(party))


def alike(one: str, other: str) -> bool:
    """The same words, but for what a neighbour in the window may change."""
    return len(other) > 10 and Levenshtein.normalized_similarity(one, other) >= 0.8


def steps(call: Processed) -> set[Verdict]:
    return {one.verdict for one in call.findings if one.subject is Subject.step}


def test_the_ordinary_call_among_them_is_heard(heard: dict[str, Processed]) -> None:
    assert "为您服务" in text_of(heard["ordinary"], Party.agent)
    assert "足疗仪" in text_of(heard["ordinary"], Party.customer)


@pytest.mark.parametrize("name", ["silence", "ringing", "music"])
def test_nobody_speaks(heard: dict[str, Processed], name: str) -> None:
    """No invented words, nobody accused, no grade: a person decides."""
    call = heard[name]
    assert call.transcript.turns == ()
    assert "整通录音没有听到说话。" in call.warnings
    assert steps(call) == {Verdict.unsure}
    assert not [one.id for one in call.findings if one.verdict is Verdict.broken]
    assert call.scorecard.grade is None
    assert call.scorecard.needs_human > 0


def test_a_dead_channel_of_the_customer(heard: dict[str, Processed]) -> None:
    call = heard["customer-dead"]
    assert "为您服务" in text_of(call, Party.agent)
    assert text_of(call, Party.customer) == ""
    assert any("第2声道（客户）没有声音" in warning for warning in call.warnings)
    assert next(one.value for one in call.measures if one.name == "dead_channels") == 1


def test_a_dead_channel_of_the_agent_accuses_nobody(heard: dict[str, Processed]) -> None:
    call = heard["agent-dead"]
    assert "足疗仪" in text_of(call, Party.customer)
    assert any("第1声道（坐席）没有声音" in warning for warning in call.warnings)
    assert Verdict.broken not in steps(call)
    assert call.scorecard.grade is None


def test_six_channels(heard: dict[str, Processed]) -> None:
    """The first two as always; of the four others nobody is believed to be agent or customer."""
    call = heard["six-channels"]
    assert call.call.recording.channels == 6
    assert call.call.parties == (Party.agent, Party.customer, *[Party.unknown] * 4)
    for party in (Party.agent, Party.customer):
        assert alike(text_of(call, party), text_of(heard["ordinary"], party))


def test_192_khz(heard: dict[str, Processed]) -> None:
    call = heard["192-khz"]
    assert call.call.recording.sample_rate == 192_000
    assert call.call.recording.duration == heard["ordinary"].call.recording.duration
    for party in (Party.agent, Party.customer):
        assert alike(text_of(call, party), text_of(heard["ordinary"], party))


def test_an_english_call_says_that_it_is_not_to_be_trusted(heard: dict[str, Processed]) -> None:
    call = heard["english"]
    assert any(
        "仅供参考" in warning or "没有可信" in warning or "没有听到" in warning for warning in call.warnings
    )
    assert call.scorecard.grade is None or call.scorecard.needs_human > 0


LONG = """
import resource, sys
import numpy as np
import soundfile
from callqa.cli import main

def peak():
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

sys.argv = ["callqa", "score", *sys.argv[1:]]
try:
    main()
finally:
    print("peak", peak())
"""


def test_three_hours_take_little_more_memory_than_a_minute(
    demo_models: Path, say: Callable[..., Waveform], tmp_path: Path
) -> None:
    """All stages, driver and worker: 1.4 GB of decoded samples must not be in memory."""
    agent = soxr.resample(say(*AGENT, voice="f2", seconds=60).samples, RATE, 8000)
    customer = soxr.resample(say(*CUSTOMER, voice="m1", seconds=60).samples, RATE, 8000)
    spoken = np.stack([agent, customer], axis=1)
    line = np.random.default_rng(4).normal(0, 1e-3, spoken.shape).astype(np.float32)
    # it rings on the agent's channel, whose quiet is left out by that; the customer's is gone through from end to end
    rung = line + np.stack([soxr.resample(ringing(60), RATE, 8000), np.zeros(len(line), np.float32)], axis=1)
    peaks = {}
    for name, minutes in (("minute", 1), ("hours", 180)):
        folder = tmp_path / name
        folder.mkdir()
        with soundfile.SoundFile(folder / f"{name}.wav", "w", 8000, 2, "ALAW", format="WAV") as file:
            for minute in range(minutes):
                file.write(spoken if minute in {0, minutes - 1} else rung if minute % 8 == 4 else line)
        done = subprocess.run(
            [sys.executable, "-c", LONG, str(folder)],
            cwd=tmp_path,
            env={
                **os.environ,
                "CALLQA_DATA": str(tmp_path / f"data-{name}"),
                "CALLQA_MODELS": str(demo_models),
                "CALLQA_WORKERS": "1",
            },
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        peaks[name] = int(done.stdout.rsplit("peak ", 1)[1])
    long = results(tmp_path / "data-hours")["hours"]
    assert long.call.recording.duration == 3 * 3600 * 1000
    assert any(turn.span.start > 179 * 60_000 for turn in long.transcript.turns), (
        "the last minute is heard, too"
    )
    assert peaks["hours"] - peaks["minute"] < 250_000, f"kilobytes: {peaks}"
