"""Patterns: negators in their gaps, units after numbers, telephone numbers, and which of several chains counts."""

import pytest

from tests.compliance.judged import judge, rule, small, verdict


def forbidden(*patterns: str, **more: object) -> object:
    condition = {"op": "pattern", "party": "agent", "patterns": list(patterns), **more}
    return rule(condition, kind="forbidden")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("药{5}[能停|可以停]", "该吃药吃药，药可不能停"),
        ("我{1}[是|就是]{10}[大夫|医生]", "我就是个接线的，不是大夫"),
        ("[不买|不订]{10}[停您|停掉]", "不买滤芯也不会停您保修"),
        ("[病|毛病]{6}[治好|根治]", "您这个病我们没法治好"),
    ],
)
def test_negator_in_the_gap(pattern: str, said: str) -> None:
    assert verdict(forbidden(pattern), said) == "met"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("药{5}[能停|可以停]", "您的药往后就能停"),
        ("[不用看|别看]{6}[条款|合同]", "您不用看那个条款"),
        ("[不买|不订]{10}[停您|停掉]", "不订的话就停您的保修"),
        ("我{1}[是|就是]{10}[大夫|医生]", "我就是这儿不坐班的大夫"),
        ("[不用|甭]{4}[吃药|打针]", "您甭再吃药了"),
    ],
)
def test_claimed_all_the_same(pattern: str, said: str) -> None:
    assert verdict(forbidden(pattern), said) == "broken"


def test_accusing_chain_wins_over_a_shorter_half_heard_one() -> None:
    pattern = "[条款|合同|条条框框|规定]{14}[不用问|甭问|没人看]"
    assert verdict(forbidden(pattern), "无理由退货那些条条框框您就甭问了") == "broken"
    doctor = "[我是|我就是|我以前是]{10}[主任|教授|专家|医生|大夫|院长|药师]"
    assert verdict(forbidden(doctor), "我就是这儿的主任，专门看颈椎的") == "broken"


@pytest.mark.parametrize(
    ("pattern", "said", "expected"),
    [
        ("<数字>台足疗仪", "给您下两台足疗仪", "broken"),
        ("<数字>{2}[退货|能退]", "七天退货", "broken"),
        ("<数字>{4}[能退|退货]", "半年能退", "broken"),
        ("<数字>{2}[对吧|是吧]", "一五二零零七八九三三五，对吧", "met"),
        ("<数字>{2}[对吧|是吧]", "三千二百六，对吧", "broken"),
        ("[手机|电话]{4}<号码>", "他手机是一五二零零七八九三三五", "broken"),
        ("[手机|电话]{4}<号码>", "手机卖一千二百八", "met"),
    ],
)
def test_numbers_in_patterns(pattern: str, said: str, expected: str) -> None:
    assert verdict(rule({"op": "pattern", "patterns": [pattern]}), said) == expected


def test_excluding_wording_must_be_heard_itself() -> None:
    policy = forbidden("加{4}我{6}微信", exclude=["公司微信"])
    assert verdict(policy, "您加一下我的私人微信") == "broken"
    assert verdict(policy, "您加一下我们公司微信") == "met"


def test_barring_wording_must_be_heard_itself() -> None:
    step = {"id": "s", "title": "免责", "wordings": ["酒驾不赔", "无证"], "unless": ["没有不赔"]}
    policy = small(steps=[step])
    assert judge(policy, "那不赔的部分有无证驾驶")["s"].state == "said"
    assert judge(policy, "无证也没有不赔的")["s"].state == "missing"
