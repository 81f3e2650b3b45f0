import re
from pathlib import Path

import pytest

from callqa.metrics.wording import acknowledges, asks, characters

CORPUS = Path(__file__).parents[2] / "samples" / "corpus"


@pytest.mark.parametrize(
    ("text", "count"), [("您好，我是A B组的", 8), ("1280元", 5), ("OK没问题", 4), ("，。！", 0), ("", 0)]
)
def test_characters(text: str, count: int) -> None:
    assert characters(text) == count


@pytest.mark.parametrize("text", ["嗯", "嗯嗯", "对对对", "好的", "好的好的", "啊，对", "知道了", "是的。"])
def test_acknowledgements(text: str) -> None:
    assert acknowledges(text)


@pytest.mark.parametrize("text", ["好贵", "多少钱", "对不起", "嗯我想想", "好的那你说"])
def test_no_acknowledgements(text: str) -> None:
    assert not acknowledges(text)


@pytest.mark.parametrize(
    "text",
    [
        "您平时睡眠怎么样",
        "是您自己用还是给老人用",
        "您看行不行",
        "有没有高血压",
        "请问您贵姓",
        "多少钱一台呢",
        "您今年多大岁数",
        "为什么呢",
        "您要米色的吗",
        "这样可以？",
    ],
)
def test_questions(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "活动价一千二百八",
        "好吧",
        "没什么",
        "怎么都行",
        "您放心",
        "这几天就到",
        "什么都有",
        "不急不急",
        "要不要都没关系",
        "嗯",
        "收到货再付款",
    ],
)
def test_no_questions(text: str) -> None:
    assert not asks(text)


def test_precision_and_recall_against_the_authors_question_marks() -> None:
    """Agent turns of the corpus, marks taken out; dialects count, and unmarked questions count against us."""
    hit = wrong = missed = 0
    for path in CORPUS.glob("*/*.txt"):
        for text in re.findall(r"^坐席 \[.*?\]: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            asked, found = "？" in text, asks(re.sub("[？?，。！、,…]", "，", text))
            hit, wrong, missed = (
                hit + (asked and found),
                wrong + (found and not asked),
                missed + (asked and not found),
            )
    assert hit > 200
    assert hit / (hit + wrong) >= 0.68
    assert hit / (hit + missed) >= 0.70
