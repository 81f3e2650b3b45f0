"""The training loop: one schedule over a fixed number of batches, checkpoints on the way, resumable."""

from __future__ import annotations

import json
import math
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from asr_demo.batches import IGNORED, UNTIMED, Batch, BatchMaker
from asr_demo.evaluation import DevSet
from asr_demo.network import DemoWhisper, Heard, Shape
from asr_demo.pinyin import sound_ids
from asr_demo.vocabulary import Vocabulary

FRAME_SECONDS = 0.02
_WARM_UP = 300
_DECAY_FROM = 0.30
_QUEUED = 12


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that decides the trained weights, besides versions and rounding.

    Attributes:
        batches: Length of the schedule; the curriculum and the learning rate are functions of batch / batches.
        batch_seconds: Audio per batch.
        new_share: Share of utterances spoken anew; the others are drawn from the last 4,000.
        ctc, guidance: Weights of the CTC loss and of the guided-attention loss.
        sampled_share: Greatest share of fed characters replaced by the model's own prediction, in the second half.
        precision: ``bfloat16`` (autocast; quick on CPUs with AMX) or ``float32``.
    """

    batches: int = 15_000
    batch_seconds: float = 64.0
    learning_rate: float = 1.0e-3
    seed: int = 20261123
    new_share: float = 0.5
    ctc: float = 0.3
    guidance: float = 0.3
    sampled_share: float = 0.3
    precision: str = "bfloat16"

    def rate(self, batch: int) -> float:
        """Learning rate: warm-up, constant until ``_DECAY_FROM``, then half a cosine down to a hundredth."""
        progress = max(0.0, batch / self.batches - _DECAY_FROM) / (1 - _DECAY_FROM)
        return (
            self.learning_rate
            * min(1.0, (batch + 1) / _WARM_UP)
            * max(0.01, 0.5 * (1 + math.cos(math.pi * progress)))
        )


@dataclass(frozen=True, slots=True)
class Losses:
    text: Tensor
    ctc: Tensor
    guidance: Tensor


def network(shape: Shape | None = None) -> DemoWhisper:
    """The network of the shipped model, or another size."""
    return DemoWhisper(shape or Shape(tokens=len(Vocabulary()), sounds=len(sound_ids()) + 1))


def train(
    *,
    schedule: Schedule,
    work: Path,
    reserved: frozenset[str],
    corpus: Path,
    threads: int,
    resume: bool = False,
    save_every: int = 500,
) -> Path:
    """Trains from nothing, or from the last checkpoint in ``work``.

    Returns:
        The final checkpoint, ``work/final.pt``. ``work`` also gets ``last.pt``, ``log.jsonl`` and ``texts.txt`` (all that was
        ever spoken for training).
    """
    work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    dev = DevSet(seed=101)
    queue, producer = _start_producer(
        schedule, work=work, reserved=reserved, corpus=corpus, start=_resumed_batch(work) if resume else 0
    )
    torch.set_num_threads(threads)
    torch.manual_seed(schedule.seed)
    model = network()
    optimiser = _optimiser(model, schedule)
    done, spent, audio = 0, 0.0, 0.0
    if resume:
        state = torch.load(work / "last.pt")
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        done, spent, audio = state["batch"], state["seconds"], state["audio_seconds"]
    log = (work / "log.jsonl").open("a", encoding="utf-8")
    began = time.monotonic()

    def note(entry: dict[str, Any]) -> None:
        print(json.dumps(entry, ensure_ascii=False), file=log, flush=True)

    def save(name: str, *, optimiser_too: bool) -> Path:
        state = {
            "shape": model.shape.as_dict(),
            "model": model.state_dict(),
            "schedule": asdict(schedule),
            "batch": done,
            "seconds": spent + time.monotonic() - began,
            "audio_seconds": audio,
        }
        if optimiser_too:
            state["optimiser"] = optimiser.state_dict()
        torch.save(state, work / f"{name}.part")
        (work / f"{name}.part").rename(work / name)
        return work / name

    note({"from": done, "schedule": asdict(schedule)})
    running: dict[str, float] = {}
    for batch in _batches(queue, schedule.batches - done):
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate(done)
        losses = _losses(model, batch, schedule, progress=done / schedule.batches)
        ctc_weight = 0.5 if done / schedule.batches < 0.14 else schedule.ctc
        loss = losses.text * (1 - ctc_weight) + losses.ctc * ctc_weight + losses.guidance * schedule.guidance
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if torch.isfinite(norm):
            optimiser.step()
        done += 1
        audio += sum(batch.positions) * FRAME_SECONDS
        for name, value in (("text", losses.text), ("ctc", losses.ctc), ("guidance", losses.guidance)):
            running[name] = 0.97 * running.get(name, value.item()) + 0.03 * value.item()
        if done % 50 == 0:
            seconds = spent + time.monotonic() - began
            note(
                {
                    "batch": done,
                    "minutes": round(seconds / 60, 2),
                    "audio_hours": round(audio / 3600, 2),
                    "rate": schedule.rate(done),
                    **{name: round(value, 4) for name, value in running.items()},
                }
            )
        if done % save_every == 0:
            note({"batch": done, "dev": dev.measure(model)})
            save("last.pt", optimiser_too=True)
    note({"batch": done, "dev": dev.measure(model)})
    producer.terminate()
    return save("final.pt", optimiser_too=False)


def _optimiser(model: DemoWhisper, schedule: Schedule) -> torch.optim.AdamW:
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [parameter for parameter in trained if parameter.ndim > 1], "weight_decay": 0.01},
        {"params": [parameter for parameter in trained if parameter.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=schedule.learning_rate, betas=(0.9, 0.98), fused=True)


def _resumed_batch(work: Path) -> int:
    return int(torch.load(work / "last.pt", weights_only=True)["batch"])


def _start_producer(
    schedule: Schedule, *, work: Path, reserved: frozenset[str], corpus: Path, start: int
) -> tuple[Queue[Batch], multiprocessing.context.SpawnProcess]:
    context = multiprocessing.get_context("spawn")
    queue: Queue[Batch] = context.Queue(_QUEUED)
    producer = context.Process(
        target=_produce, args=(queue, schedule, work, reserved, corpus, start), daemon=True
    )
    producer.start()
    return queue, producer


def _produce(
    queue: Queue[Batch], schedule: Schedule, work: Path, reserved: frozenset[str], corpus: Path, start: int
) -> None:
    torch.set_num_threads(1)
    maker = BatchMaker(
        seed=schedule.seed + start,
        reserved=reserved,
        corpus=corpus,
        seconds=schedule.batch_seconds,
        new_share=schedule.new_share,
        log=work / "texts.txt",
    )
    for batch in maker.batches(start=start, stop=schedule.batches, total=schedule.batches):
        queue.put(batch)


def _batches(queue: Queue[Batch], count: int) -> Iterator[Batch]:
    for _ in range(count):
        yield queue.get()


def _losses(model: DemoWhisper, batch: Batch, schedule: Schedule, *, progress: float) -> Losses:
    mel, tokens, labels = (
        torch.from_numpy(batch.mel),
        torch.from_numpy(batch.tokens),
        torch.from_numpy(batch.labels),
    )
    token_times, label_times = torch.from_numpy(batch.token_times), torch.from_numpy(batch.label_times)
    half = schedule.precision == "bfloat16"
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        heard = model.encoder(mel, padding_samples=16 if progress < 0.14 else 24)
        if progress >= 0.5:
            tokens, token_times = _sampled(model, heard, tokens, token_times, schedule.sampled_share)
        scores = model.decoder(tokens, heard)
        sounds = model.ctc(heard.memory[:, : heard.frames])
    text = functional.cross_entropy(
        scores.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED, label_smoothing=0.02
    )
    fed, *coming = model.decoder.guided_weights()
    guided = [_guidance(fed, token_times, heard.frames)]
    guided += [_guidance(weights, label_times, heard.frames) for weights in coming]
    return Losses(
        text=text, ctc=_ctc(sounds.float(), batch, heard.frames), guidance=torch.stack(guided).mean()
    )


def _sampled(
    model: DemoWhisper, heard: Heard, tokens: Tensor, times: Tensor, greatest_share: float
) -> tuple[Tensor, Tensor]:
    """Scheduled sampling: some characters fed are the model's own predictions, as they will be when it decodes alone."""
    vocabulary = Vocabulary()
    with torch.no_grad():
        scores = model.decoder(tokens, Heard(heard.memory.detach(), heard.bias, heard.frames))
        scores[..., vocabulary.end :] = -1e9
        predicted = torch.cat([tokens[:, :1], scores.argmax(-1)[:, :-1]], 1)
    chosen = (times[..., 0] > UNTIMED / 2) & (
        torch.rand(tokens.shape) < greatest_share * torch.rand(len(tokens), 1)
    )
    times = times.clone()
    times[chosen & (predicted != tokens)] = UNTIMED
    return torch.where(chosen, predicted, tokens), times


def _ctc(sounds: Tensor, batch: Batch, frames: int) -> Tensor:
    rows = [row for row, target in enumerate(batch.sounds) if target]
    if not rows:
        return torch.zeros(())
    targets = [batch.sounds[row] or [] for row in rows]
    return functional.ctc_loss(
        functional.log_softmax(sounds[rows], -1).transpose(0, 1),
        torch.tensor([sound for target in targets for sound in target]),
        torch.tensor([min(batch.positions[row], frames) for row in rows]),
        torch.tensor([len(target) for target in targets]),
        blank=0,
        zero_infinity=True,
    )


def _guidance(weights: Tensor | None, times: Tensor, frames: int) -> Tensor:
    """−log of the attention inside a character's time ± 40 ms, over the guided heads; zero where no character has a time."""
    row, place = torch.where(times[..., 0] > UNTIMED / 2)
    if weights is None or len(row) == 0:
        return torch.zeros(())
    span = times[row, place]
    middle = torch.arange(weights.shape[-1]) * FRAME_SECONDS + FRAME_SECONDS / 2
    inside = (middle[None] > span[:, :1] - 0.04) & (middle[None] < span[:, 1:] + 0.04)
    inside &= (torch.arange(weights.shape[-1]) < frames)[None]
    caught = (weights[row, :, place].float() * inside[:, None]).sum(-1)
    return -(caught + 1e-6).log().mean()
