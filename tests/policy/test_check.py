import pytest

from callqa.domain import CallFacts
from callqa.policy.check import FieldCheck

CALL = CallFacts(
    id="C1",
    agent="8001",
    product="禾悦足疗仪",
    ordered=True,
    amount=1280.0,
    fields={"定金": "200", "回访": "是", "备注": " ", "数量": "２"},
)


@pytest.mark.parametrize(
    ("check", "held"),
    [
        ({"field": "ordered", "equals": True}, True),
        ({"field": "ordered", "equals": False}, False),
        ({"field": "cross_sold", "equals": True}, None),
        ({"field": "product", "one_of": ["颈椎枕", "禾悦足疗仪"]}, True),
        ({"field": "product", "contains": "枕"}, False),
        ({"field": "product", "not_equals": "颈椎枕"}, True),
        ({"field": "campaign", "not_equals": "晚间"}, None),
        ({"field": "amount", "at_least": 1000, "at_most": 2000}, True),
        ({"field": "amount", "at_least": 1280.01}, False),
        ({"field": "定金", "at_most": 200}, True),
        ({"field": "定金", "equals": 200}, True),
        ({"field": "回访", "equals": True}, True),
        ({"field": "回访", "equals": False}, False),
        ({"field": "product", "at_least": 3}, None),
        ({"field": "备注", "empty": True}, True),
        ({"field": "没有这一列", "empty": True}, True),
        ({"field": "agent", "empty": True}, False),
        ({"field": "agent", "empty": False}, True),
        ({"field": "agent", "equals": 8001}, True),
    ],
)
def test_call_fields_compare(check: dict[str, object], held: bool | None) -> None:
    assert FieldCheck.model_validate(check).holds(CALL) is held


def test_a_field_alone_is_no_check() -> None:
    with pytest.raises(ValueError, match="怎样比较"):
        FieldCheck(field="ordered")
