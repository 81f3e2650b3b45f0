"""The development set that is measured while training."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from asr_demo.features import log_mel
from asr_demo.network import DemoWhisper
from asr_demo.pinyin import sound_ids, sounds
from asr_demo.scoring import ErrorRate
from asr_demo.vocabulary import Vocabulary
from asr_demo.windows import UtteranceStream, Window, WindowMaker
from synthesis import DOMAIN_CHARACTERS
from synthesis.telesales_text import Split, normalise


class DevSet:
    """Single sentences, random words, and full windows of text that is never trained on (the ``dev`` split)."""

    def __init__(self, *, seed: int, singles: int = 60, windows: int = 10) -> None:
        rng = np.random.default_rng(seed)
        stream = UtteranceStream(seed=seed, characters=DOMAIN_CHARACTERS, split=Split.DEV)
        maker = WindowMaker(stream=stream, rng=rng)
        self._vocabulary = Vocabulary()
        self._sets = {
            "short": [maker.alone(short=True) for _ in range(singles)],
            "single": [maker.alone(short=False) for _ in range(singles)],
            "packed": [maker.packed(28.0) for _ in range(windows)],
        }

    @torch.no_grad()
    def measure(self, model: DemoWhisper) -> dict[str, float]:
        """Character error rate per set by greedy decoding, sound error rate of the CTC head on the single sentences."""
        model.eval()
        found: dict[str, float] = {}
        for name, windows in self._sets.items():
            rate, ctc = ErrorRate(), ErrorRate()
            for at in range(0, len(windows), 20):
                self._measure_some(model, windows[at : at + 20], rate, ctc)
            found[name] = round(rate.rate, 4)
            if name != "short":
                found[f"{name}_ctc"] = round(ctc.rate, 4)
        model.train()
        return found

    def _measure_some(
        self, model: DemoWhisper, windows: list[Window], rate: ErrorRate, ctc: ErrorRate
    ) -> None:
        mels = [log_mel(window.samples) for window in windows]
        with torch.autocast("cpu", torch.bfloat16):
            texts, sound_rows = self._decode(model, mels)
        known = sound_ids()
        for window, text, row in zip(windows, texts, sound_rows, strict=True):
            rate.add(normalise(window.text), normalise(text))
            ctc.add([known.get(sound, 0) for sound in sounds(window.text)], row)

    def _decode(
        self, model: DemoWhisper, mels: list[npt.NDArray[np.float32]]
    ) -> tuple[list[str], list[list[int]]]:
        v = self._vocabulary
        frames = max(mel.shape[1] for mel in mels)
        frames += frames % 2
        batch = torch.zeros(len(mels), 80, frames)
        for row, mel in zip(batch, mels, strict=True):
            row[:, : mel.shape[1]] = torch.from_numpy(mel)
        heard = model.encoder(batch, padding_samples=24)
        best = model.ctc(heard.memory).argmax(-1)
        sound_rows = [
            _collapsed(line[: mel.shape[1] // 2].tolist()) for line, mel in zip(best, mels, strict=True)
        ]
        tokens = torch.tensor([[v.start, v.chinese, v.transcribe, v.no_timestamps]] * len(mels))
        ended = torch.zeros(len(mels), dtype=torch.bool)
        for _ in range(int(frames / 100 * 6) + 4):
            scores = model.decoder(tokens, heard)[:, -1].float()
            scores[:, v.end + 1 :] = -torch.inf
            following = scores.argmax(-1)
            following[ended] = v.end
            tokens = torch.cat([tokens, following[:, None]], 1)
            ended |= following == v.end
            if bool(ended.all()):
                break
        return [v.decode(line) for line in tokens[:, 4:].tolist()], sound_rows


def _collapsed(frames: list[int]) -> list[int]:
    """CTC's rule: repeats joined, blanks dropped."""
    return [
        sound for sound, before in zip(frames, [0, *frames[:-1]], strict=True) if sound not in (0, before)
    ]
