"""Speech that the recogniser could not make out is no proof that nothing was said."""

from datetime import UTC, datetime

import pytest

from callqa.compliance import check_compliance, prepare
from callqa.domain import (
    Call,
    Direction,
    Measure,
    Party,
    Provenance,
    Recording,
    Removed,
    Span,
    StepState,
    Transcript,
    Turn,
    Verdict,
    Word,
)
from callqa.policy import load_policy
from callqa.settings import shipped
from tests.compliance.judged import heard, judge, mumbled, small

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _transcript(*removed: Removed) -> Transcript:
    words = tuple(
        Word(text=c, span=Span(start=30_000 + 200 * i, end=30_190 + 200 * i), confidence=0.95)
        for i, c in enumerate("好的那您考虑一下")
    )
    turn = Turn(index=0, party=Party.agent, text="好的那您考虑一下", words=words)
    return Transcript(
        call_id="c",
        language="zh",
        turns=(turn,),
        removed=removed,
        provenance=Provenance(step="test", version="1", at=AT),
    )


def _greeting(transcript: Transcript) -> tuple[Verdict, StepState | None]:
    call = Call(
        id="c",
        started_at=AT,
        direction=Direction.inbound,
        product="禾悦足疗仪",
        recording=Recording(sha256="0" * 64, duration=40_000, sample_rate=8000, channels=2),
    )
    checker = prepare(load_policy(shipped("samples") / "policy"))
    findings = check_compliance(call, transcript, None, (), checker, at=AT)
    greet = next(one for one in findings if one.id == "greet")
    return greet.verdict, greet.state


def _lost(party: Party, reason: str) -> Removed:
    return Removed(party=party, span=Span(start=500, end=6_000), text="嗯嗯嗯嗯", reason=reason)


def test_nothing_said_is_missing() -> None:
    assert _greeting(_transcript()) == (Verdict.broken, StepState.missing)


def test_dropped_speech_of_the_agent_is_unheard() -> None:
    assert _greeting(_transcript(_lost(Party.agent, "repetition"))) == (Verdict.unsure, StepState.unheard)


def test_dropped_speech_of_the_customer_and_bleed_prove_nothing() -> None:
    assert _greeting(_transcript(_lost(Party.customer, "repetition")))[0] is Verdict.broken
    assert _greeting(_transcript(_lost(Party.agent, "bleed")))[0] is Verdict.broken


STEP = {"id": "s", "title": "付款", "wordings": ["货到付款"]}


@pytest.mark.parametrize(("confidence", "expected"), [(0.98, "broken"), (0.9, "broken"), (0.84, "unsure")])
def test_missing_where_the_party_was_poorly_heard(confidence: float, expected: str) -> None:
    text = "您好，这里是健康热线，请问您贵姓\n客户: 姓李\n坐席: 李先生您好，仪器六百九十八元一台，再见，祝您生活愉快"
    call = mumbled(heard(text), confidence=confidence)
    finding = judge(small(steps=[STEP]), call)["s"]
    assert finding.verdict == expected
    assert ("识别把握平均只有" in finding.explanation.detail) is (expected == "unsure")


def test_a_voice_without_words_is_unheard() -> None:
    call, transcript = heard("您好\n客户: 喂\n坐席: 再见")
    long = call.replace(recording=call.recording.replace(duration=60_000))
    active = Measure(name="agent_active", value=0.5, unit="share")
    assert judge(small(steps=[STEP]), (long, transcript), measures=[active])["s"].verdict == "unsure"
    quiet = Measure(name="agent_active", value=0.02, unit="share")
    assert judge(small(steps=[STEP]), (long, transcript), measures=[quiet])["s"].verdict == "broken"
