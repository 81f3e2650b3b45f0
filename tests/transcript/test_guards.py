import pytest

from callqa.transcript.guards import is_silence_phrase, repeats, stretch_fault, too_fast, window_fault


@pytest.mark.parametrize(
    "text",
    ["请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "字幕由Amara.org社区提供", "字幕by索兰娅",
     "中文字幕志愿者 杨栋梁", "谢谢观看。", "感谢收看，下次再见！",
     "谢谢大家的观看", "优优独播剧场——YoYo Television Series Exclusive", "字幕", "（音乐）", "下期再见", "记得订阅我的频道"],
)  # fmt: skip
def test_phrases_nobody_says_on_the_telephone(text: str) -> None:
    assert is_silence_phrase(text)
    assert stretch_fault(text, milliseconds=5000) == "silence_phrase"


@pytest.mark.parametrize(
    "text",
    [
        "谢谢",
        "谢谢您的来电",
        "您看一下说明书上的字幕大小",
        "再见",
        "好的谢谢再见",
        "我在听音乐",
        "请您关注一下物流",
        "感谢您的支持",
        "下次再见",
        "电视上的节目",
        "",
    ],
)
def test_phrases_people_do_say(text: str) -> None:
    assert not is_silence_phrase(text)


@pytest.mark.parametrize(
    "text",
    [
        "我们的产品" * 5,
        "好的好的" * 5,
        "嗯" * 12,
        "这个足疗仪的效果" * 4,
        "您好，我们的产品，我们的产品，我们的产品，我们的产品，我们的产品",
    ],
)
def test_loops(text: str) -> None:
    assert repeats(text)


@pytest.mark.parametrize(
    "text",
    [
        "好的好的好的好的好的",
        "对对对对对",
        "一三八零零零零零零零零",
        "哈哈哈哈哈哈",
        "慢慢慢慢来，不着急不着急不着急",
        "",
    ],
)
def test_what_people_repeat(text: str) -> None:
    assert not repeats(text)


def test_faster_than_anyone_speaks() -> None:
    text = "您好很高兴为您服务请问有什么可以帮您"
    assert too_fast(text, milliseconds=1000)
    assert not too_fast(text, milliseconds=2500)
    assert not too_fast("好的好的", milliseconds=200)


@pytest.mark.parametrize(
    ("text", "log_probability", "no_speech", "fault"),
    [
        ("您好，请问有什么可以帮您", -0.3, 0.1, None),
        ("您好，请问有什么可以帮您", -0.3, 0.9, None),
        ("您好，请问有什么可以帮您", -1.2, 0.9, "no_speech"),
        ("您好，请问有什么可以帮您", -1.2, 0.1, "low_probability"),
        ("我们的产品" * 12, -0.1, 0.0, "repetition"),
        ("一二三四五六七八九十甲乙丙丁戊己" * 5, -0.1, 0.0, "compression"),
        ("", -3.0, 0.9, None),
        ("。", -3.0, 0.9, None),
    ],
)
def test_windows_that_cannot_be_believed(
    text: str, log_probability: float, no_speech: float, fault: str | None
) -> None:
    assert window_fault(text=text, log_probability=log_probability, no_speech=no_speech) == fault
