"""Files that cannot be heard, or not to their end: each costs itself and nobody else."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests import fakes
from tests.bad_input.conftest import GOOD, Day


def patched(path: Path, place: int, packing: str, value: int) -> None:
    data = bytearray(path.read_bytes())
    struct.pack_into(packing, data, place, value)
    path.write_bytes(bytes(data))


def test_empty_file(day: Day) -> None:
    bad = day.folder / "C0003.wav"
    bad.write_bytes(b"")
    day.costs_only_itself(bad, code="recording.empty", words="0 字节")


def test_text_renamed_wav(day: Day) -> None:
    bad = day.folder / "C0003.wav"
    bad.write_text("call_id,file\nC0003,您好，请问有什么可以帮您？\n" * 100, encoding="utf-8")
    day.costs_only_itself(bad, code="recording.not_audio", words="不是能识别的录音文件")


def test_zero_length_audio(day: Day) -> None:
    bad = day.folder / "C0003.wav"
    soundfile.write(bad, np.zeros((0, 2), np.float32), 8000, subtype="ALAW")
    day.costs_only_itself(bad, code="recording.no_samples", words="没有声音数据")


@pytest.mark.parametrize(
    ("place", "packing", "value"),
    [(20, "<H", 0x7777), (22, "<H", 0), (24, "<I", 4_000_000_000)],
    ids=["unknown coding", "no channels", "4 GHz"],
)
def test_wrong_header_that_hides_the_sound(day: Day, place: int, packing: str, value: int) -> None:
    bad = fakes.write_recording(day.folder / "C0003.wav", seed=3)
    patched(bad, place, packing, value)
    day.costs_only_itself(bad, code="recording.not_audio", words="不是能识别的录音文件")


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF], ids=["zero", "4 GiB"])
def test_wrong_header_that_only_lies_about_the_length(day: Day, size: int) -> None:
    """Recorders that never come back to the header write such files: the sound is all there, and is all used."""
    odd = fakes.write_recording(day.folder / "C0003.wav", seed=3)
    patched(odd, odd.read_bytes().index(b"data") + 4, "<I", size)
    said = day.score()
    assert said.code == 0, said.all
    assert day.stored()["C0003"].call.recording.duration == pytest.approx(12_000, abs=10)


def test_truncated_mp3_is_scored_as_far_as_it_goes_and_says_so(day: Day) -> None:
    samples, rate = soundfile.read(
        fakes.write_recording(day.folder.parent / "whole.wav", seconds=20.0, seed=3)
    )
    cut = day.folder / "C0003.mp3"
    soundfile.write(cut, samples, rate, format="MP3", subtype="MPEG_LAYER_III")
    data = cut.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    said = day.score()
    assert said.code == 0, said.all
    stored = day.stored()
    assert set(stored) == {*GOOD, "C0003"}
    assert 8_000 < stored["C0003"].call.recording.duration < 12_000
    assert any("录音不完整" in warning for warning in stored["C0003"].warnings)
    assert "录音不完整" in day.run("show", "C0003").out


def test_a_bad_file_among_rows_of_a_manifest(day: Day) -> None:
    (day.folder / "C0003.wav").write_bytes(b"RIFF")
    (day.folder.parent / "calls.csv").write_text(
        "call_id,file,agent\nC0001,C0001.wav,8001\nC0002,C0002.wav,8002\nC0003,C0003.wav,8003\n",
        encoding="utf-8",
    )
    said = day.score("--manifest", day.folder.parent / "calls.csv")
    assert said.code == 1
    assert [one.call_id for one in day.failures()] == ["C0003"]
    assert {name: one.call.agent for name, one in day.stored().items()} == {"C0001": "8001", "C0002": "8002"}
