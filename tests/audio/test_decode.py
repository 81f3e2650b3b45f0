import resource
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from callqa.audio import RATE, content_hash, decode
from callqa.domain import RecordingError
from tests.audio.conftest import Sound, talk, tone

Write = Callable[..., Path]
LEFT, RIGHT = 440.0, 1250.0


def loudest_hertz(sound: Sound) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * RATE / len(sound))


def check_two_tones(path: Path, *, rate: int, tolerance_ms: int = 120) -> None:
    """Both channels in their places, at their pitch, at their length."""
    decoded = decode(path)
    assert decoded.recording.channels == 2
    assert decoded.recording.sample_rate == rate
    assert abs(decoded.recording.duration - 2000) <= tolerance_ms
    assert not decoded.truncated
    for waveform, hertz in zip(decoded.channels, (LEFT, RIGHT), strict=True):
        assert waveform.rate == RATE
        assert waveform.samples.dtype == np.float32
        assert waveform.duration == decoded.recording.duration
        assert abs(loudest_hertz(waveform.samples) - hertz) < 3
        assert 0.15 < np.abs(waveform.samples[4000:-4000]).max() < 0.45


def two_tones(rate: int) -> tuple[Sound, Sound]:
    return tone(LEFT, seconds=2, rate=rate), tone(RIGHT, seconds=2, rate=rate)


@pytest.mark.parametrize(
    "coding",
    ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW", "IMA_ADPCM"],
)
def test_wav_codings(write: Write, coding: str) -> None:
    check_two_tones(write("a.wav", *two_tones(8000), coding=coding), rate=8000)


@pytest.mark.parametrize(
    ("form", "coding", "rate"),
    [("FLAC", "PCM_16", 16000), ("FLAC", "PCM_24", 48000), ("OGG", "VORBIS", 44100), ("OGG", "OPUS", 48000),
     ("MP3", "MPEG_LAYER_III", 44100), ("MP3", "MPEG_LAYER_III", 8000), ("AU", "ULAW", 8000), ("AIFF", "PCM_16", 11025),
     ("W64", "PCM_16", 8000)],
)  # fmt: skip
def test_other_containers(write: Write, form: str, coding: str, rate: int) -> None:
    check_two_tones(write("a.bin", *two_tones(rate), rate=rate, form=form, coding=coding), rate=rate)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000])
def test_rates(write: Write, rate: int) -> None:
    check_two_tones(write("a.wav", *two_tones(rate), rate=rate), rate=rate, tolerance_ms=1)


@pytest.mark.parametrize(("name", "codec"), [("a.m4a", "aac"), ("a.mka", "libopus")])
def test_what_libsndfile_does_not_know(encode: Write, name: str, codec: str) -> None:
    check_two_tones(encode(name, codec, *two_tones(48000), rate=48000), rate=48000)


def test_gsm_and_amr_are_mono(write: Write, encode: Write) -> None:
    for path in (
        write("a.wav", tone(LEFT, seconds=2, rate=8000), coding="GSM610"),
        encode("a.amr", "libopencore_amrnb", tone(LEFT, seconds=2, rate=8000)),
    ):
        decoded = decode(path)
        assert decoded.recording.channels == 1
        assert abs(decoded.recording.duration - 2000) <= 60
        assert abs(loudest_hertz(decoded.channels[0].samples) - LEFT) < 5


def test_six_channels_stay_apart(write: Write) -> None:
    pitches = [300.0 + 200 * number for number in range(6)]
    decoded = decode(write("a.wav", *(tone(hertz, seconds=1, rate=16000) for hertz in pitches), rate=16000))
    assert [round(loudest_hertz(w.samples), -1) for w in decoded.channels] == pitches


def test_content_decides_identity_not_the_name(write: Write) -> None:
    path = write("a.wav", *two_tones(8000))
    copy = path.rename(path.with_name("b.mp3"))
    assert decode(copy).recording.sha256 == content_hash(copy)
    assert decode(copy, sha256="f" * 64).recording.sha256 == "f" * 64


def test_same_file_gives_the_same_samples(encode: Write) -> None:
    path = encode("a.m4a", "aac", *two_tones(48000), rate=48000)
    for one, other in zip(decode(path).channels, decode(path).channels, strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)


def fails(path: Path) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        decode(path)
    assert caught.value.hint
    assert path.name in caught.value.message
    return caught.value


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.touch()
    assert fails(path).code == "recording.empty"


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.amr", "a.m4a"])
@pytest.mark.parametrize(
    "content",
    [
        "您好，请问有什么可以帮您？\n" * 200,
        "call_id,file\nC0001,a.wav\n" * 50,
        "1\n00:00:01,000 --> 00:00:02,000\n字\n",
    ],
)
def test_text_renamed_to_sound(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    assert fails(path).code == "recording.not_audio"


@pytest.mark.parametrize("seed", range(4))
def test_random_bytes(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(np.random.default_rng(seed).bytes(50_000))
    assert fails(path).code == "recording.not_audio"


def test_unreadable(tmp_path: Path) -> None:
    folder = tmp_path / "a.wav"
    folder.mkdir()
    assert fails(folder).code == "recording.unreadable"
    assert fails(tmp_path / "missing.wav").code == "recording.unreadable"


def test_header_without_sound(write: Write) -> None:
    assert fails(write("a.wav", np.zeros(0, np.float32))).code == "recording.no_samples"


def test_wav_cut_off_inside_the_header(write: Write) -> None:
    path = write("a.wav", *two_tones(8000))
    path.write_bytes(path.read_bytes()[:30])
    assert fails(path).code == "recording.not_audio"


def test_truncated_wav_gives_what_there_is(write: Write) -> None:
    path = write("a.wav", *two_tones(8000))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    decoded = decode(path)
    assert abs(decoded.recording.duration - 1000) < 10
    assert decoded.truncated


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_truncated_mp3_gives_what_there_is(write: Write, share: float) -> None:
    path = write(
        "a.mp3",
        *(np.tile(sound, 5) for sound in two_tones(44100)),
        rate=44100,
        form="MP3",
        coding="MPEG_LAYER_III",
    )
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    decoded = decode(path)
    assert abs(decoded.recording.duration - 10_000 * share) < 600
    assert abs(loudest_hertz(decoded.channels[0].samples[: RATE * 2]) - LEFT) < 3
    assert decoded.truncated


def test_damaged_middle_of_an_m4a_costs_only_itself(encode: Write) -> None:
    sounds = [np.tile(sound, 5) for sound in two_tones(48000)]
    path = encode("a.mka", "aac", *sounds, rate=48000)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = np.random.default_rng(1).bytes(400)
    path.write_bytes(bytes(data))
    assert decode(path).recording.duration > 5000


def patched(path: Path, offset: int, packing: str, value: int) -> Path:
    data = bytearray(path.read_bytes())
    struct.pack_into(packing, data, offset, value)
    path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_wrong_data_size_in_the_header_does_not_lose_the_sound(write: Write, size: int) -> None:
    path = write("a.wav", *two_tones(8000))
    place = path.read_bytes().index(b"data") + 4
    decoded = decode(patched(path, place, "<I", size))
    assert abs(decoded.recording.duration - 2000) <= 10


@pytest.mark.parametrize(
    ("offset", "packing", "value"),
    [(24, "<I", 0), (24, "<I", 4_000_000_000), (22, "<H", 0), (20, "<H", 0x7777)],
)
def test_nonsense_in_the_header_is_an_error(write: Write, offset: int, packing: str, value: int) -> None:
    path = patched(write("a.wav", *two_tones(8000)), offset, packing, value)
    assert fails(path).code == "recording.not_audio"


def test_not_a_number_samples_become_silence(write: Write) -> None:
    sound = tone(LEFT, seconds=1, rate=16000)
    sound[100:200] = np.nan
    decoded = decode(write("a.wav", sound, rate=16000, coding="FLOAT"))
    assert np.isfinite(decoded.channels[0].samples).all()


def test_three_hours_in_flat_memory(tmp_path: Path) -> None:
    """Three hours of two channels are 1.4 GB of samples; they must not be in memory at once."""
    path = tmp_path / "long.wav"
    minute = np.stack((talk(1, seconds=60), talk(2, seconds=60)), axis=1)
    with soundfile.SoundFile(path, "w", 8000, 2, "ALAW", format="WAV") as file:
        for _minute in range(180):
            file.write(minute)
    scratch = tmp_path / "scratch"
    before, own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, private_memory()
    decoded = decode(path, scratch=scratch)
    now = private_memory()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert decoded.recording.duration == 3 * 3600 * 1000
    assert isinstance(decoded.channels[0].samples, np.memmap)
    assert grown < 700_000, "kilobytes"
    assert now is None or own is None or now - own < 700_000
    assert not list(scratch.iterdir()), "nameless: nothing to clean up after a crash"
    third = decoded.channels[1].samples[RATE * 60 * 100 : RATE * 60 * 101]
    np.testing.assert_allclose(
        third[RATE:-RATE], decoded.channels[1].samples[RATE * 60 : RATE * 120][RATE:-RATE], atol=2e-3
    )


def private_memory() -> int | None:
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    return next(
        int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("RssAnon")
    )


def test_full_scratch_folder_is_a_clear_error(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    monkeypatch.setattr("callqa.audio.decoding._nameless", lambda folder: full.open("wb", buffering=0))
    with pytest.raises(RecordingError) as caught:
        decode(write("a.wav", *two_tones(8000)), in_memory=1000)
    assert caught.value.code == "recording.scratch"


def test_long_and_short_way_give_the_same_samples(write: Write, tmp_path: Path) -> None:
    path = write("a.wav", talk(1, seconds=20), talk(2, seconds=20))
    short = decode(path)
    long = decode(path, scratch=tmp_path / "scratch", in_memory=1000)
    for one, other in zip(short.channels, long.channels, strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)
