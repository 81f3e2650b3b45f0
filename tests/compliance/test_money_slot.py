"""Which amount of a turn is the step's."""

import pytest

from callqa.domain import Finding
from tests.compliance.judged import judge, small


def finding(slot: dict[str, str], text: str, amount: int = 3260) -> Finding:
    step = {"id": "s", "title": "核对", "wordings": ["您确认投保吗"], "slots": [{"name": "金额", **slot}]}
    return judge(small(steps=[step]), f"# amount: {amount}\n{text}")["s"]


AGREES = {"kind": "money", "field": "amount"}


@pytest.mark.parametrize(
    ("text", "value", "state"),
    [
        ("三者两百万加座位，合计三千二百六十，您确认投保吗", "3260", "said"),
        ("合计三千二百六十，座位是四万的，您确认投保吗", "3260", "said"),
        ("三者两百万加座位，合计四千五百八十元，您确认投保吗", "4580", "wrong_fact"),
    ],
)
def test_the_amount_that_agrees_or_is_called_the_total(text: str, value: str, state: str) -> None:
    found = finding(AGREES, text)
    assert ([slot.value for slot in found.slots], found.state) == ([value], state)


def test_without_anything_to_agree_with_the_total_counts() -> None:
    found = finding({"kind": "money"}, "三者两百万加座位，一共三千二百六十元，您确认投保吗")
    assert [slot.value for slot in found.slots] == ["3260"]
