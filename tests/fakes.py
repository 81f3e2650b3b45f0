"""Real-shaped nouns and stand-ins for what tests do not want to wait for. Used by tests only."""

import os
import signal
import time
import wave
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from callqa.domain import (
    Absence,
    Call,
    CallFacts,
    Direction,
    Entry,
    Explanation,
    Finding,
    IncomingCall,
    LineStatus,
    Measure,
    ModelRef,
    Moment,
    Party,
    PersonalData,
    PolicyRef,
    Processed,
    Provenance,
    Reaction,
    ReactionTag,
    Recording,
    Ref,
    Run,
    Scorecard,
    ScoreLine,
    Slot,
    Span,
    Stage,
    StageRun,
    StepState,
    Subject,
    TechniqueReading,
    TechniqueTag,
    TextSpan,
    Transcript,
    Turn,
    Verdict,
    Waveform,
    Word,
)
from callqa.transcript import Heard

SHANGHAI = timezone(timedelta(hours=8))
AT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
POLICY = PolicyRef(id="heyue", version="1", sha256="a" * 64)
DEMO = ModelRef(name="asr-demo", version="1", sha256="b" * 64, demo=True)
PHONE = "13812345678"


def provenance(step: str = "transcript", *, at: datetime = AT) -> Provenance:
    model = DEMO if step == "transcript" else None
    return Provenance(step=step, version="1", model=model, policy=POLICY, at=at)


def turn(index: int, party: Party, text: str, *, start: int) -> Turn:
    """A turn of one-character words, 200 ms each."""
    words = tuple(
        Word(text=char, span=Span(start=start + 200 * i, end=start + 200 * i + 180), confidence=0.9)
        for i, char in enumerate(text)
    )
    return Turn(index=index, party=party, text=text, words=words)


def transcript(call_id: str = "C0001", *, phone: str = PHONE, masked: bool = False) -> Transcript:
    """Four turns; the customer says a mobile number, which is masked where asked."""
    said = [
        (Party.agent, "您好很高兴为您服务"),
        (Party.customer, f"我的电话是{'*' * len(phone) if masked else phone}"),
        (Party.agent, "这款足疗仪绝对没有副作用一千二百八"),
        (Party.customer, "太贵了"),
    ]
    turns = [turn(i, party, text, start=5000 * i) for i, (party, text) in enumerate(said)]
    return Transcript(
        call_id=call_id, language="zh", turns=tuple(turns), masked=masked, provenance=provenance()
    )


def facts(call_id: str = "C0001", **changes: object) -> CallFacts:
    values: dict[str, object] = {
        "id": call_id,
        "agent": "王小燕",
        "group": ("一部", "一队", "A组"),
        "started_at": datetime(2026, 11, 20, 9, 15, tzinfo=SHANGHAI),
        "direction": Direction.inbound,
        "product": "禾悦足疗仪",
        "campaign": "晚间电视",
        "ordered": True,
        "amount": 1280.0,
        "fields": {"备注": "老客户"},
    }
    return CallFacts.model_validate({**values, **changes})


def sha_of(call_id: str) -> str:
    return (call_id.encode().hex() + "0" * 64)[:64]


def incoming(call_id: str = "C0001", *, path: Path | None = None) -> IncomingCall:
    return IncomingCall(
        path=path or Path(f"recordings/{call_id}.wav"), sha256=sha_of(call_id), facts=facts(call_id)
    )


def call(call_id: str = "C0001", **changes: object) -> Call:
    recording = Recording(sha256=sha_of(call_id), duration=60_000, sample_rate=8000, channels=2, codec="ALAW")
    return Call.model_validate({**facts(call_id, **changes).model_dump(), "recording": recording})


def scorecard(call_id: str = "C0001", *, total: float = 82.5, at: datetime = AT) -> Scorecard:
    lines = (
        ScoreLine(
            section="service",
            item="greeting",
            title="开场问候",
            points=10,
            max_points=10,
            status=LineStatus.scored,
            refs=(Ref(kind="step", id="greet"),),
            reason="已问候",
        ),
        ScoreLine(
            section="compliance",
            item="absolute",
            title="绝对化用语",
            points=0,
            max_points=20,
            status=LineStatus.scored,
            refs=(Ref(kind="rule", id="absolute_claim"),),
            reason="说了“绝对没有副作用”",
        ),
        ScoreLine(
            section="service",
            item="pace",
            title="语速",
            points=0,
            max_points=10,
            status=LineStatus.needs_human,
            refs=(Ref(kind="measure", id="agent_pace"),),
        ),
    )
    return Scorecard(
        call_id=call_id,
        lines=lines,
        total=total,
        grade="pass",
        grade_title="合格",
        action="合格",
        needs_human=1,
        policy=POLICY,
        provenance=provenance("score", at=at),
    )


def processed(
    call_id: str = "C0001", *, masked: bool = False, total: float = 82.5, at: datetime = AT, **facts_: object
) -> Processed:
    """A whole result, every kind of evidence in it."""
    talk = transcript(call_id, masked=masked)
    phone = TextSpan(start=5, end=5 + len(PHONE))
    claim = talk.turns[2].quote(TextSpan(start=5, end=12))
    findings = (
        Finding(
            subject=Subject.step,
            id="greet",
            title="问候报工号",
            verdict=Verdict.met,
            state=StepState.said,
            evidence=(talk.turns[0].quote(),),
            hits=1,
            explanation=Explanation(matcher="script", pattern="您好很高兴为您服务", score=1.0, threshold=0.7),
            provenance=provenance("compliance"),
        ),
        Finding(
            subject=Subject.step,
            id="confirm_phone",
            title="复述电话",
            verdict=Verdict.broken,
            state=StepState.missing,
            evidence=(
                Absence(
                    searched=Span(start=0, end=60_000), turns=(0, 3), expected="您的电话是…", similarity=0.3
                ),
            ),
            slots=(
                Slot(name="电话", text="*" * 11 if masked else PHONE, evidence=talk.turns[1].quote(phone)),
            ),
            explanation=Explanation(matcher="script", detail="没有听到"),
            provenance=provenance("compliance"),
        ),
        Finding(
            subject=Subject.rule,
            id="absolute_claim",
            title="绝对化用语",
            verdict=Verdict.broken,
            evidence=(claim,),
            hits=1,
            explanation=Explanation(matcher="phrase", pattern="绝对没有副作用", score=1.0, threshold=0.85),
            provenance=provenance("compliance"),
        ),
    )
    reading = TechniqueReading(
        tags=(
            TechniqueTag(
                label="product_explanation",
                turn=2,
                probability=0.8,
                quote=talk.turns[2].quote(),
                carriers=(TextSpan(start=2, end=5),),
            ),
        ),
        reactions=(
            ReactionTag(reaction=Reaction.hesitate, turn=3, probability=0.7, quote=talk.turns[3].quote()),
        ),
        stages=(
            StageRun(stage=Stage.opening, first=0, last=1),
            StageRun(stage=Stage.pricing, first=2, last=3),
        ),
        moments=(
            Moment(
                objection=talk.turns[3].quote(),
                handling=(talk.turns[2].quote(),),
                labels=("price_framing",),
                outcome=Reaction.hesitate,
            ),
        ),
        provenance=provenance("techniques"),
    )
    return Processed(
        call=call(call_id, **facts_),
        transcript=talk,
        personal_data=(
            PersonalData(
                kind="mobile",
                turn=1,
                characters=phone,
                span=talk.turns[1].span_of(phone),
                pattern="mobile",
                context="电话",
                score=0.95,
            ),
        ),
        findings=findings,
        techniques=reading,
        measures=(
            Measure(name="agent_pace", value=210.0, unit="characters/min"),
            Measure(name="patience", value=None, unit="ms", note="没有可量的地方"),
            Measure(name="longest_silence", value=3200.0, unit="ms", spans=(Span(start=20_000, end=23_200),)),
        ),
        scorecard=scorecard(call_id, total=total, at=at),
        warnings=("仅供样例演示，不能用于真实通话。",),
        seconds={"audio": 0.1, "transcript": 1.5},
    )


def run(run_id: str = "run-1", *, at: datetime = AT) -> Run:
    return Run(
        id=run_id, kind="score", started_at=at, policy=POLICY, recogniser=DEMO, source="recordings/2026-11-20"
    )


def entry(call_id: str = "C0001", *, key: str = "", total: float = 82.5, at: datetime = AT) -> Entry:
    """A finished call as the engine hands it over; the artefact bodies hold the raw number."""
    return Entry(
        key=key or f"result-{call_id}",
        path=f"recordings/{call_id}.wav",
        sha256=sha_of(call_id),
        masked=processed(call_id, masked=True, total=total, at=at),
        keys={"transcript": f"transcript-{call_id}", "score": f"score-{call_id}"},
        artefacts={"transcript": PHONE.encode(), "score": b"{}"},
    )


@dataclass(frozen=True)
class ScriptedRecogniser:
    """Hears in every channel the words that are written for its place in the call; needs no model and no time.

    Satisfies ``callqa.transcript.Recogniser``; can be pickled into a worker.
    """

    lines: tuple[tuple[str, ...], ...] = (
        (
            "您好禾悦康家健康热线工号八零零一为您服务",
            "今天的活动价是一千二百八十元一台",
            "感谢您的来电祝您生活愉快再见",
        ),
        ("我想问一下足疗仪", "我的电话是幺三八幺二三四五六七八", "好的再见"),
    )
    kills: str = ""
    seconds: float = 0.0

    @property
    def model(self) -> ModelRef:
        return DEMO

    @property
    def language(self) -> str:
        return "zh"

    def open(self) -> "ScriptedRecogniser":
        return self

    def transcribe(self, waveforms: Sequence[Waveform], *, calls: Sequence[int] | None = None) -> list[Heard]:
        place: Counter[int] = Counter()
        heard = []
        for number, waveform in zip(calls or range(len(waveforms)), waveforms, strict=True):
            side = place[number] % 2
            place[number] += 1
            heard.append(self._hear(waveform, self.lines[side], offset=1000 * side))
        time.sleep(self.seconds * len(place))
        return heard

    def _hear(self, waveform: Waveform, lines: Sequence[str], *, offset: int) -> Heard:
        if self.kills and waveform.duration == int(self.kills):
            os.kill(os.getpid(), signal.SIGKILL)
        words = []
        room = waveform.duration // max(1, len(lines))
        for number, line in enumerate(lines):
            start = number * room + offset
            step = max(10, min(150, (room - 1500) // len(line)))
            words += [
                Word(
                    text=char, span=Span(start=start + i * step, end=start + i * step + step), confidence=0.95
                )
                for i, char in enumerate(line)
            ]
        return Heard(words=tuple(words))


def write_recording(path: Path, *, seconds: float = 12.0, seed: int = 0) -> Path:
    """A two-channel telephone recording with somebody (noise bursts) on both channels; content depends on the seed."""
    rng = np.random.default_rng(seed)
    count = int(8000 * seconds)
    bursts = (np.arange(count) // 4000) % 2
    left = rng.normal(0, 0.1, count) * bursts
    right = rng.normal(0, 0.1, count) * (1 - bursts)
    samples = (np.clip(np.stack([left, right], axis=1), -1, 1) * 32767).astype("<i2")
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())
    return path
