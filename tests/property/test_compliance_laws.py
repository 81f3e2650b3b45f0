"""Laws of compliance: what must hold for any call and any rule."""

from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callqa.compliance import Checker, as_heard, check_compliance, prepare, read_spoken
from callqa.compliance.answer import counted
from callqa.compliance.sound import PhraseBook, hear
from callqa.domain import Absence, Call, Finding, Quote, Reading, Span, Transcript, Turn, Verdict, Word
from callqa.policy.privacy import PrivacyPolicy
from callqa.policy.wording import Count, Wording
from callqa.privacy import find_personal_data, mask
from tests.compliance.judged import AT, Small, small

LINES = [
    "坐席: 您好，工号八零零一，很高兴为您服务",
    "坐席: 活动价是一千二百八",
    "坐席: 活动价是一千一百八",
    "坐席: 用了三个月就能根治",
    "坐席: 我们不能保证根治",
    "坐席: 七天无理由退货",
    "坐席: 一共一千二百八对吗",
    "坐席: 祝您生活愉快再见",
    "坐席: 您加我微信吧",
    "客户: 能根治吗",
    "客户: 对的",
    "客户: 嗯？",
    "客户: 太贵了我不要",
    "客户: 我叫王秀兰，电话一三八零零二六五七一四",
    "坐席: 那我跟您重复一遍，一三八零零二六五七一四",
    "坐席: 货到付",
    "坐席: 款的",
]
UNRELATED = [
    "坐席: 外面今天刮风吗您那里",
    "客户: 我刚从菜场回来",
    "坐席: 孙子上学去了哈",
    "客户: 哎呀电视声音大",
]
dialogues = st.lists(st.sampled_from(LINES), min_size=1, max_size=9)

STEPS = [
    {"id": "greet", "title": "问候", "wordings": ["很高兴为您服务"]},
    {"id": "price", "title": "报价", "wordings": ["活动价是"], "facts": ["price"]},
    {"id": "refund", "title": "退货", "wordings": ["无理由退货"], "order": "free"},
    {"id": "order", "title": "核单", "wordings": ["一共一千二百八"], "order": "free"},
    {"id": "bye", "title": "结束", "wordings": ["祝您生活愉快"]},
]
RULES = [
    {"id": "cure", "title": "根治", "broken": {"op": "phrase", "words": ["根治"], "party": "agent"}},
    {
        "id": "wechat",
        "title": "微信",
        "broken": {"op": "pattern", "patterns": ["加{2}微信"], "party": "agent"},
    },
    {"id": "wrong", "title": "报错", "broken": {"op": "fact", "facts": ["price"]}},
    {
        "id": "told",
        "title": "告知退货",
        "kind": "required",
        "met": {"op": "phrase", "words": ["无理由退货"], "party": "agent"},
    },
    {
        "id": "both",
        "title": "连带",
        "broken": {"all": [{"op": "rule", "rule": "cure"}, {"op": "rule", "rule": "wechat"}]},
    },
    {"id": "cod", "title": "到付", "broken": {"op": "phrase", "words": ["货到付款"]}},
]
FACTS = [
    {"id": "price", "title": "价格", "kind": "money", "unit": "元", "values": [1280], "cues": ["活动价"]}
]


@cache
def checker() -> Checker:
    return prepare(small(steps=STEPS, rules=RULES, facts=FACTS))


def checked(lines: list[str], by: Checker | None = None) -> tuple[Call, Transcript, dict[str, Finding]]:
    call, transcript = as_heard(read_spoken("\n".join(lines)), at=AT)
    return call, transcript, by_id(call, transcript, by or checker())


def by_id(call: Call, transcript: Transcript, by: Checker) -> dict[str, Finding]:
    return {f.id: f for f in check_compliance(call, transcript, None, (), by, at=AT)}


@given(dialogues, st.sampled_from(UNRELATED), st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_an_unrelated_turn_never_turns_met_into_broken(lines: list[str], further: str, place: int) -> None:
    place = min(place, len(lines))
    _, _, before = checked(lines)
    _, _, after = checked([*lines[:place], further, *lines[place:]])
    for name, finding in before.items():
        if finding.verdict is Verdict.met:
            assert after[name].verdict is not Verdict.broken, (name, lines, further)


@given(st.permutations(RULES), dialogues)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_verdicts_do_not_depend_on_the_order_of_rules(
    rules: list[dict[str, object]], lines: list[str]
) -> None:
    _, _, usual = checked(lines)
    policy: Small = small(steps=STEPS, rules=rules, facts=FACTS)
    _, _, other = checked(lines, prepare(policy))
    assert {i: (f.verdict, f.hits) for i, f in usual.items()} == {
        i: (f.verdict, f.hits) for i, f in other.items()
    }


@given(dialogues)
@settings(max_examples=100, deadline=None)
def test_masking_never_changes_a_verdict(lines: list[str]) -> None:
    """None of these steps and rules is about personal data."""
    call, transcript, raw = checked(lines)
    masked = mask(transcript, find_personal_data(transcript, PrivacyPolicy()))
    again = by_id(call, masked, checker())
    assert {i: f.verdict for i, f in raw.items()} == {i: f.verdict for i, f in again.items()}


@given(dialogues)
@settings(max_examples=100, deadline=None)
def test_evidence_points_at_what_it_says(lines: list[str]) -> None:
    call, transcript, findings = checked(lines)
    whole = Span(start=0, end=call.recording.duration)
    for finding in findings.values():
        for piece in finding.evidence:
            if isinstance(piece, Quote):
                turn = transcript.turns[piece.turn]
                assert turn.text[piece.characters.start : piece.characters.end] == piece.text
                assert piece.span == turn.span_of(piece.characters)
                assert piece.party is turn.party
            elif isinstance(piece, Absence):
                assert whole.start <= piece.searched.start < piece.searched.end <= whole.end
            elif isinstance(piece, Reading) and piece.span is not None:
                assert piece.span.end <= whole.end


@given(dialogues)
@settings(max_examples=60, deadline=None)
def test_the_same_call_gives_the_same_findings(lines: list[str]) -> None:
    _, _, one = checked(lines)
    _, _, two = checked(lines, prepare(small(steps=STEPS, rules=RULES, facts=FACTS)))
    assert one == two


@given(
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(0, 5) | st.none(),
    st.integers(0, 5) | st.none(),
    st.booleans(),
)
def test_counting_is_certain_only_where_it_cannot_change(
    sure: int, unsure: int, low: int | None, high: int | None, more: bool
) -> None:
    if low is not None and high is not None and low > high:
        low, high = high, low
    count = Count(at_least=low, at_most=high)
    truth = counted(count, sure, unsure, more=more)
    possible = {count.holds(sure + extra) for extra in range(unsure + 1 + (20 if more else 0))}
    if truth is None:
        assert len(possible) == 2
    else:
        assert possible == {truth}


phrases = st.text(st.sampled_from("货到付款您好的不退三天"), min_size=2, max_size=7)


@given(
    st.lists(phrases, min_size=1, max_size=6, unique=True),
    st.text(st.sampled_from("货到付款您好的不退三天，啊"), max_size=24),
)
@settings(max_examples=200, deadline=None)
def test_a_phrase_is_found_wherever_it_stands(words: list[str], rest: str) -> None:
    """Alone or among other phrases, at the beginning, in the middle or at the end of a turn."""
    book = PhraseBook(Wording(text=word) for word in words)
    for number, word in enumerate(words):
        lines = [hear(word + rest), hear(rest + word), hear(rest + word + rest)]
        found = {m.line for m in book.search(lines) if m.phrase == number and m.sure}
        assert found == {0, 1, 2}


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_tokens_stay_inside_the_text(text: str) -> None:
    heard = hear(text)
    assert len(heard.characters) == len(heard.syllables) == len(heard.starts) == len(heard.ends)
    assert list(heard.starts) == sorted(heard.starts)
    for start, end in zip(heard.starts, heard.ends, strict=True):
        assert 0 <= start < end <= len(text)


def one_word(text: str) -> Word:
    return Word(text=text, span=Span(start=0, end=1000), confidence=1.0)


@given(st.text(min_size=1, max_size=20))
@settings(max_examples=200, deadline=None)
def test_any_text_in_a_turn_is_judged(text: str) -> None:
    """Odd characters, in words of more than one character: no crash, evidence on every finding."""
    call, transcript = as_heard(read_spoken("坐席: 占位"), at=AT)
    turn = Turn(index=0, party=transcript.turns[0].party, text=text, words=(one_word(text),))
    findings = by_id(call, transcript.replace(turns=(turn,)), checker())
    assert all(f.evidence for f in findings.values())
