"""Laws of the codec: what goes into a row comes back the same, whatever it is."""

from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.domain import (
    Call,
    CallFacts,
    Confirm,
    Direction,
    Edit,
    Evidence,
    Explanation,
    Failed,
    Finding,
    Measure,
    Party,
    PersonalData,
    Quote,
    Reading,
    Recording,
    Removed,
    ReviewEvent,
    Span,
    Subject,
    TextSpan,
    Verdict,
)
from callqa.engine.artefacts import decode, encode
from callqa.engine.spill import Spilled
from callqa.store import codec
from callqa.store.tables import (
    CallRow,
    FailureRow,
    FindingRow,
    MeasureRow,
    PersonalDataRow,
    RecordingRow,
    ReviewEventRow,
    ScorecardRow,
    TranscriptRow,
)
from callqa.store.transcripts import Spoken, spoken_of
from tests import fakes

words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
spans = st.builds(
    lambda start, length: Span(start=start, end=start + length), st.integers(0, 10**7), st.integers(1, 10**5)
)
characters = st.builds(
    lambda start, length: TextSpan(start=start, end=start + length), st.integers(0, 500), st.integers(1, 50)
)
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.builds(
    lambda naive, zone: naive.replace(tzinfo=zone),
    st.datetimes(datetime(1990, 1, 2), datetime(2090, 1, 1)),  # noqa: DTZ001
    zones,
)
numbers = st.floats(allow_nan=False, allow_infinity=False)
shas = st.text("0123456789abcdef", min_size=64, max_size=64)
quotes = st.builds(
    Quote,
    turn=st.integers(0, 99),
    party=st.sampled_from(Party),
    characters=characters,
    span=spans,
    text=words,
)
evidence: st.SearchStrategy[Evidence] = quotes | st.builds(
    Reading, name=words, value=numbers | words | st.booleans() | st.none(), span=spans | st.none()
)


@given(
    st.builds(
        CallFacts,
        id=words,
        agent=words | st.none(),
        group=st.lists(words, max_size=4).map(tuple),
        started_at=times | st.none(),
        direction=st.sampled_from(Direction),
        ordered=st.booleans() | st.none(),
        amount=numbers | st.none(),
        customer_key=words | st.none(),
        fields=st.dictionaries(words, words, max_size=4),
    ),
    shas,
    words,
)
def test_calls(facts: CallFacts, sha256: str, path: str) -> None:
    recording = Recording(sha256=sha256, duration=1, sample_rate=8000, channels=2)
    call = Call(**facts.model_dump(), recording=recording)
    row = CallRow(**codec.call_values(call, path=path))
    back = codec.call_of(row, RecordingRow(**codec.recording_values(recording)))
    assert back == call
    assert back.day == call.day  # the local day survives, whatever the zone
    incoming = codec.incoming_of(row)
    assert (incoming.facts, incoming.sha256) == (facts, sha256)


@given(
    st.builds(
        Finding,
        subject=st.sampled_from(Subject),
        id=words,
        title=words,
        verdict=st.sampled_from(Verdict),
        evidence=st.lists(evidence, min_size=1, max_size=3).map(tuple),
        hits=st.integers(0, 9),
        explanation=st.builds(Explanation, matcher=words, score=numbers | st.none()),
        provenance=st.just(fakes.provenance("compliance")),
    )
)
def test_findings(finding: Finding) -> None:
    row = FindingRow(**codec.finding_values(finding, key="k", call_id="c"))
    assert codec.finding_of(row) == finding


@given(
    st.builds(
        Measure,
        name=words,
        value=numbers | st.none(),
        unit=words,
        note=words,
        spans=st.lists(spans, max_size=3).map(tuple),
    )
)
def test_measures(measure: Measure) -> None:
    assert codec.measure_of(MeasureRow(**codec.measure_values(measure, key="k", call_id="c"))) == measure


@given(
    st.builds(
        PersonalData,
        kind=words,
        turn=st.integers(0, 99),
        characters=characters,
        span=spans,
        pattern=words,
        context=words,
        checksum=st.booleans() | st.none(),
        score=numbers,
    )
)
def test_personal_data(piece: PersonalData) -> None:
    assert codec.personal_of(PersonalDataRow(**codec.personal_values(piece, key="k", call_id="c"))) == piece


@given(st.builds(Failed, call_id=words, path=words, stage=words, code=words, message=words, hint=words))
def test_failures_also_by_way_of_a_spill_file(failed: Failed) -> None:
    values = codec.failure_values(failed, run_id="r", day=None, at=fakes.AT)
    assert codec.failure_of(FailureRow(**values)) == failed
    spilled = Spilled(run=fakes.run(), result=failed, day="2026-11-20")
    assert Spilled.model_validate_json(spilled.model_dump_json()) == spilled


@given(st.binary(), st.text("0123456789abcdef", min_size=1, max_size=64))
def test_entries_survive_a_spill_file(body: bytes, key: str) -> None:
    entry = fakes.entry().replace(artefacts={"transcript": body}, key=key)
    spilled = Spilled(run=fakes.run(), result=entry)
    assert Spilled.model_validate_json(spilled.model_dump_json()) == spilled


events: st.SearchStrategy[ReviewEvent] = st.builds(
    Confirm, id=words, call_id=words, scorecard=shas, author=words, at=times, item=words | st.none()
) | st.builds(
    Edit, id=words, call_id=words, scorecard=shas, author=words, at=times, item=words, points=numbers
)


@given(events)
def test_review_events(event: ReviewEvent) -> None:
    assert codec.event_of(ReviewEventRow(**codec.event_values(event))) == event


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40), times)
def test_transcripts_and_cards(text: str, at: datetime) -> None:
    turn = fakes.turn(0, Party.agent, text, start=0)
    lost = Removed(party=Party.customer, span=turn.span, text=text, reason="repetition")
    talk = fakes.transcript(masked=True).replace(
        turns=(turn,), removed=(lost,), provenance=fakes.provenance(at=at)
    )
    row = TranscriptRow(**codec.transcript_values(talk, key="k"))
    assert codec.transcript_of(row) == talk
    assert spoken_of(row) == Spoken.of(talk)
    assert decode("transcript", encode("transcript", talk)) == talk
    card = fakes.scorecard(at=at)
    assert codec.scorecard_of(ScorecardRow(**codec.scorecard_values(card))) == card
    assert codec.scorecard_id(card) == codec.scorecard_id(card.replace())
    assert codec.scorecard_id(card) != codec.scorecard_id(card.replace(total=1.0))
