"""Speech that the recogniser could not make out is no proof that nothing was said."""

from datetime import UTC, datetime

from callqa.compliance import check_compliance, prepare
from callqa.domain import (
    Call,
    Direction,
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
