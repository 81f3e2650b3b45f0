"""Steps, rules and tags against a small truth."""

from datetime import UTC, datetime

from callqa.domain import (
    Absence,
    Explanation,
    Finding,
    Party,
    Provenance,
    Quote,
    Span,
    Subject,
    TechniqueReading,
    TechniqueTag,
    TextSpan,
    Verdict,
    parse_dialogue,
)
from callqa.evaluation import (
    Hits,
    Truth,
    ideal_transcript,
    score_rules,
    score_steps,
    score_techniques,
    true_violations,
)

AT = datetime(2026, 11, 20, tzinfo=UTC)
PROVENANCE = Provenance(step="test", version="1", at=AT)
WORDS = Quote(
    turn=0, party=Party.agent, characters=TextSpan(start=0, end=1), span=Span(start=0, end=9), text="您"
)
NOTHING = Absence(searched=Span(start=0, end=9), expected="x")


def truth_of(text: str) -> Truth:
    """Speak a written dialogue at 200 ms a character, half a second between turns."""
    call, clock, turns = parse_dialogue(text), 0, []
    for turn in call.turns:
        times = [
            None if c in "，。？！" else (clock + 200 * i, clock + 200 * i + 180)
            for i, c in enumerate(turn.text)
        ]
        end = clock + 200 * len(turn.text)
        turns.append(
            {
                "party": turn.party,
                "text": turn.text,
                "start": clock,
                "end": end,
                "labels": turn.labels,
                "marks": [mark.model_dump() for mark in turn.marks],
                "characters": times,
            }
        )
        clock = end + 500
    return Truth.model_validate({"header": {"id": "T", **call.header}, "turns": turns})


TRUTH = truth_of(
    """\
# missing: gift
# rules: long_silence
坐席 [rapport]: <met step=greet>您好</met>，辛苦了。
客户 [ask]: 多少钱？
坐席 [closing]: <broken rule=absolute_claim>绝对好</broken>，订一台吧。
"""
)


def finding(subject: Subject, name: str, verdict: Verdict, *, said: bool) -> Finding:
    return Finding(
        subject=subject,
        id=name,
        title=name,
        verdict=verdict,
        evidence=(WORDS if said else NOTHING,),
        hits=int(said),
        explanation=Explanation(matcher="test"),
        provenance=PROVENANCE,
    )


def test_steps_said_late_still_count_as_said_and_unsure_is_apart() -> None:
    hits = score_steps(
        [
            finding(Subject.step, "greet", Verdict.broken, said=True),
            finding(Subject.step, "gift", Verdict.unsure, said=False),
            finding(Subject.step, "never_judged", Verdict.broken, said=False),
        ],
        TRUTH,
    )
    assert hits == {"greet": Hits(true_positive=1), "gift": Hits(unsure=1)}


def test_rules() -> None:
    assert true_violations(TRUTH) == {"absolute_claim", "long_silence"}
    hits = score_rules(
        [
            finding(Subject.rule, "absolute_claim", Verdict.broken, said=True),
            finding(Subject.rule, "long_silence", Verdict.met, said=False),
            finding(Subject.rule, "abuse", Verdict.broken, said=True),
        ],
        TRUTH,
    )
    assert hits["absolute_claim"] == Hits(true_positive=1)
    assert hits["long_silence"] == Hits(false_negative=1)
    assert hits["abuse"] == Hits(false_positive=1)


def test_tags_are_compared_turn_by_turn() -> None:
    transcript = ideal_transcript("T", TRUTH, at=AT)
    tags = tuple(
        TechniqueTag(label=label, turn=turn, probability=0.9, quote=transcript.turns[turn].quote())
        for label, turn in (("rapport", 0), ("rapport", 2))
    )
    hits = score_techniques(TechniqueReading(tags=tags, provenance=PROVENANCE), transcript, TRUTH)
    assert hits["rapport"] == Hits(true_positive=1, false_positive=1)
    assert hits["closing"] == Hits(false_negative=1, true_negative=1)
