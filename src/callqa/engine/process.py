"""The way of a call, as plain calls: intake → audio → transcript → privacy → techniques, metrics, compliance → score."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from time import perf_counter

from callqa.audio import decode, examine, open_call, voices
from callqa.compliance import check_compliance, swapped_channels
from callqa.domain import (
    Call,
    CallQAError,
    Failed,
    IncomingCall,
    Measure,
    Millis,
    Outcome,
    Party,
    Processed,
    Recording,
    Transcript,
)
from callqa.engine.passage import Passage
from callqa.engine.tools import Tools
from callqa.engine.warn import warnings_of
from callqa.metrics import measure
from callqa.privacy import find_personal_data
from callqa.score import score_call
from callqa.techniques import tag_techniques
from callqa.transcript import examine as trust
from callqa.transcript import transcribe

_HEARD_TOGETHER_MS = 30 * 60_000
"""Sound opened at the same time: half an hour on two channels is 230 MB. More calls than that wait their turn."""


def process_batch(incoming: Sequence[IncomingCall], tools: Tools, *, at: datetime) -> list[Outcome]:
    """Calls straight through, with nothing kept from before.

    Args:
        incoming: The calls.
        tools: Models and policies.
        at: Written into every provenance.

    Returns:
        One outcome per call, in order; a call that fails never stops another.
    """
    passages = [Passage(one) for one in incoming]
    advance(passages, tools, at=at)
    return [outcome_of(passage) for passage in passages]


def read_transcript(
    incoming: IncomingCall,
    transcript: Transcript,
    tools: Tools,
    *,
    duration: Millis,
    at: datetime,
    sound: tuple[Measure, ...] = (),
) -> Processed:
    """Everything after recognition, on a transcript from elsewhere (ground truth, another recogniser).

    Args:
        incoming: The call.
        transcript: Raw; whose party each turn is, is taken as true.
        tools: Models and policies; no recogniser is needed.
        duration: Of the recording, in milliseconds.
        at: Written into every provenance.
        sound: Measures of the recording, where it was opened.

    Raises:
        CallQAError: What a stage refuses.
    """
    parties = incoming.facts.parties
    recording = Recording(
        sha256=incoming.sha256, duration=duration, sample_rate=16_000, channels=len(parties)
    )
    passage = Passage(incoming, sound=sound)
    call = Call.model_validate({**incoming.facts.model_dump(), "recording": recording})
    return _read(passage, call, transcript, tools, at=at)


def advance(passages: Sequence[Passage], tools: Tools, *, at: datetime) -> None:
    """Take calls from where they stand to their outcome; what is kept of them is not computed again."""
    for group in _opened(passages, tools):
        _hear(group, tools, at=at)
        for passage in group:
            with passage.watched():
                if passage.call and passage.transcript:
                    passage.outcome = _read(passage, passage.call, passage.transcript, tools, at=at)


def _read(passage: Passage, call: Call, heard: Transcript, tools: Tools, *, at: datetime) -> Processed:
    """From the transcript to the score: text and arithmetic only."""
    policy = tools.policy(call)
    checker = tools.checker(policy)
    personal = passage.step("privacy", lambda: find_personal_data(heard, policy.privacy))
    reading = passage.step("techniques", lambda: tag_techniques(heard, tools.techniques(policy), at=at))
    talk = passage.step("metrics", lambda: (*measure(heard, duration=call.recording.duration), *trust(heard)))
    measures = (*passage.sound, *talk)
    swapped, findings = passage.step(
        "compliance",
        lambda: (
            swapped_channels(call, heard, checker),
            check_compliance(call, heard, reading, measures, checker, at=at),
        ),
    )
    measures = (*measures, swapped)
    card = passage.step("score", lambda: score_call(call, findings, reading, measures, policy, at=at))
    return Processed(
        call=call,
        transcript=heard,
        personal_data=personal,
        findings=findings,
        techniques=reading,
        measures=measures,
        scorecard=card,
        warnings=warnings_of(call, heard, measures),
        seconds=passage.seconds,
    )


def _opened(passages: Sequence[Passage], tools: Tools) -> Iterator[list[Passage]]:
    """Passages with call and sound, in groups whose waveforms fit into memory together."""
    group: list[Passage] = []
    held = 0
    for passage in passages:
        with passage.watched():
            _open(passage, tools)
        group.append(passage)
        held += sum(waveform.duration for _, waveform in passage.voices) // 2
        if held >= _HEARD_TOGETHER_MS:
            yield group
            group, held = [], 0
    if group:
        yield group


def _open(passage: Passage, tools: Tools) -> None:
    one = passage.incoming

    def listen() -> tuple[Recording, tuple[Party, ...], tuple[Measure, ...]]:
        decoded = decode(
            one.path, scratch=tools.scratch, sha256=one.sha256, longest_hours=tools.longest_hours
        )
        call = open_call(one, decoded)
        if "transcript" not in passage.kept:
            passage.voices = voices(decoded, call)
        return call.recording, call.parties, examine(decoded, call)

    if "transcript" not in passage.kept:  # the waveforms are needed, whether or not the numbers are kept
        passage.kept = {step: body for step, body in passage.kept.items() if step != "audio"}
    recording, parties, passage.sound = passage.step("audio", listen)
    facts = one.facts.model_dump()
    passage.call = Call.model_validate({**facts, "parties": parties, "recording": recording})


def _hear(group: Sequence[Passage], tools: Tools, *, at: datetime) -> None:
    """Transcripts for a group: kept ones read, all others heard in one go; alone where the group fails."""
    waiting: list[Passage] = []
    for passage in group:
        if passage.call is None or passage.outcome is not None:
            continue
        if "transcript" in passage.kept:
            call_id = passage.call.id
            with passage.watched():
                kept = passage.step("transcript", _never)
                passage.transcript = kept.replace(call_id=call_id)
        else:
            passage.stage = "transcript"
            waiting.append(passage)
    try:
        _hear_together(waiting, tools, at=at)
    except Exception:
        for passage in waiting:  # one of them breaks the recogniser: which one, shows when each is alone
            with passage.watched():
                _hear_together([passage], tools, at=at)
    for passage in waiting:
        passage.voices = ()


def _hear_together(waiting: Sequence[Passage], tools: Tools, *, at: datetime) -> None:
    if not waiting:
        return
    started = perf_counter()
    calls = [(passage.call, passage.voices) for passage in waiting if passage.call]
    transcripts = transcribe(calls, tools.recogniser, at=at)
    spent = perf_counter() - started
    total = sum(passage.call.recording.duration for passage in waiting if passage.call) or 1
    for passage, transcript in zip(waiting, transcripts, strict=True):
        passage.transcript = passage.step("transcript", partial(_itself, transcript))
        if passage.call:
            passage.seconds["transcript"] += spent * passage.call.recording.duration / total


def _itself(transcript: Transcript) -> Transcript:
    return transcript


def _never() -> Transcript:
    raise CallQAError(
        "存下的转写不见了。", code="transcript.missing", hint="请用 callqa score 重新处理这个通话。"
    )


def outcome_of(passage: Passage) -> Outcome:
    """Where a passage ended."""
    if passage.outcome is None:
        passage.fail("internal", "这个通话没有走完流程。", "请把这条消息交给维护人员。")
    outcome = passage.outcome
    if not isinstance(outcome, Processed | Failed):
        raise TypeError(passage.incoming.facts.id)
    return outcome
