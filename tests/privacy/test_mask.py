from datetime import UTC, datetime

from callqa.domain import (
    Absence,
    Explanation,
    Finding,
    Party,
    Provenance,
    Reading,
    Removed,
    Slot,
    Span,
    Subject,
    TechniqueReading,
    TechniqueTag,
    TextSpan,
    Transcript,
    Verdict,
)
from callqa.policy.privacy import PrivacyPolicy
from callqa.privacy import Mask, find_personal_data, mask, mask_findings, mask_text
from tests.privacy.dialogue import dialogue

PROVENANCE = Provenance(step="test", version="1", at=datetime(2026, 11, 20, tzinfo=UTC))
TEXT = "坐席: 您的电话\n客户: 幺三八零零零零幺二三四，我叫王秀兰\n坐席: 好的王秀兰阿姨"


def call() -> tuple[Transcript, Mask]:
    transcript = dialogue(TEXT)[1]
    return transcript, Mask(transcript, find_personal_data(transcript, PrivacyPolicy()))


def test_masking_keeps_lengths_and_words_aligned() -> None:
    transcript, hidden = call()
    masked = hidden.transcript()
    assert masked.masked
    assert [turn.text for turn in masked.turns] == ["您的电话", "***********，我叫***", "好的***阿姨"]
    for before, after in zip(transcript.turns, masked.turns, strict=True):
        assert len(before.text) == len(after.text)
        assert "".join(word.text for word in after.words) == after.text
        assert [word.span for word in before.words] == [word.span for word in after.words]


def test_masking_twice_changes_nothing() -> None:
    transcript, _ = call()
    personal = find_personal_data(transcript, PrivacyPolicy())
    once = mask(transcript, personal)
    assert mask(once, personal) == once


def test_words_of_several_characters_are_masked_in_part() -> None:
    transcript, _ = call()
    turn = transcript.turns[1]
    joined = (*turn.words[:10], turn.words[10].replace(text=turn.text[10:15]), *turn.words[15:])
    whole = transcript.replace(turns=(transcript.turns[0], turn.replace(words=joined), transcript.turns[2]))
    personal = find_personal_data(whole, PrivacyPolicy())
    assert mask(whole, personal).turns[1].words[10].text == "*，我叫*"


def test_removed_text_is_masked_too() -> None:
    transcript, _ = call()
    bleed = Removed(
        party=Party.agent, span=Span(start=0, end=9), text="幺三八零零零零幺二三四王秀兰", reason="bleed"
    )
    with_bleed = transcript.replace(removed=(bleed,))
    masked = mask(with_bleed, find_personal_data(with_bleed, PrivacyPolicy()))
    assert masked.removed[0].text == "*" * 14


def test_findings_lose_their_secrets() -> None:
    transcript, _ = call()
    turn = transcript.turns[1]
    quote = turn.quote(TextSpan(start=0, end=17))
    finding = Finding(
        subject=Subject.step,
        id="confirm_phone",
        title="复述电话",
        verdict=Verdict.met,
        evidence=(
            quote,
            Absence(searched=Span(start=0, end=9), expected="电话是…", nearest=turn.quote()),
            Reading(name="call.备注", value="打13800001234找王秀兰"),
        ),
        slots=(
            Slot(name="电话", text="幺三八零零零零幺二三四", value="13800001234", evidence=quote),
            Slot(name="金额", text="一千二百八", value="1280", expected="1280"),
        ),
        explanation=Explanation(matcher="script", detail="听到“我叫王秀兰”"),
        provenance=PROVENANCE,
    )
    personal = find_personal_data(transcript, PrivacyPolicy())
    (masked,) = mask_findings([finding], transcript, personal)
    told = masked.model_dump_json()
    assert "王秀兰" not in told
    assert "13800001234" not in told
    assert "幺三八零" not in told
    assert masked.evidence[0] == quote.replace(text="***********，我叫***")
    assert masked.slots[0].value == "*" * 11
    assert masked.slots[1].value == "1280"
    assert masked.explanation.detail == "听到“我叫***”"


def test_technique_quotes_are_masked() -> None:
    transcript, hidden = call()
    tag = TechniqueTag(label="rapport", turn=2, probability=0.9, quote=transcript.turns[2].quote())
    reading = hidden.reading(TechniqueReading(tags=(tag,), provenance=PROVENANCE))
    assert reading.tags[0].quote.text == "好的***阿姨"


def test_free_text_is_masked_by_itself() -> None:
    text = "客户电话13800001234，\n身份证430102200608150037，订单一二三"
    masked = mask_text(text)
    assert masked == "客户电话***********，\n身份证******************，订单一二三"
    assert mask_text("") == ""
    assert mask_text("第 3 轮没有报工号 8001") == "第 3 轮没有报工号 8001"


def test_free_text_about_a_call_knows_its_names() -> None:
    _, hidden = call()
    assert hidden.text("王秀兰说不要了") == "***说不要了"
    assert mask_text("王秀兰说不要了") == "王秀兰说不要了"
