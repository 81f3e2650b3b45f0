"""Cue words before, behind, and in the question that was answered."""

import re
from collections.abc import Sequence
from re import Pattern

from callqa.privacy.lines import Line, asked_before

PHONE = re.compile(r"电话|手机|手机号|号码|联系方式|打给|打我|座机|固话|号儿|留个号|报一下号|短信")
IDENTITY = re.compile(r"身份证|证件号|证号|身份号")
CARD = re.compile(r"银行卡|卡号|账号|帐号|存折|信用卡|储蓄卡|开户")
NOT_PERSONAL = re.compile(
    r"工号|订单|单号|运单|快递单|编号|邮编|型号|验证码|热线|总机|序列号|批号|条码|批准文号|许可证|备案|客服电话|投诉电话|公司电话"
    r"|厂家电话|我们电话|我们的电话|我们这边的?电话|统一客服|服务电话|咱们电话|您(?:直接)?(?:打|拨)"
)
"""What makes a number somebody's business number, order number or the like."""

BEFORE = 14
"""Characters looked at before a number."""
BEHIND = 8
"""Characters looked at behind a number."""


def cue_for(lines: Sequence[Line], at: int, start: int, end: int, cue: Pattern[str]) -> str:
    """The cue word that a number answers to.

    Args:
        lines: The call.
        at: Index of the number's line.
        start: Its first character.
        end: Its first character after.
        cue: Words to look for.

    Returns:
        The word found in the same turn or in a line just before it, or an empty string.
    """
    text = lines[at].text
    near = cue.search(text[max(0, start - BEFORE) : start]) or cue.search(text[end : end + BEHIND])
    if near:
        return near[0]
    for line in (*asked_before(lines, at), *_own_before(lines, at)):
        found = cue.search(line.text)
        if found:
            return found[0]
    return ""


def against(lines: Sequence[Line], at: int, start: int) -> str:
    """What speaks against personal data right before the number (工号, 订单号, 公司电话 …), or an empty string."""
    text = lines[at].text[max(0, start - BEFORE) : start]
    found = max(NOT_PERSONAL.finditer(text), key=lambda match: match.start(), default=None)
    if found is None:
        return ""
    later = [
        cue for cue in (*PHONE.finditer(text), *IDENTITY.finditer(text)) if cue.start() >= found.end() + 2
    ]
    return "" if later else found[0]


def _own_before(lines: Sequence[Line], at: int) -> list[Line]:
    """The same party's line right before, for numbers that go on after a pause."""
    here = lines[at]
    return [line for line in lines[max(0, at - 2) : at] if line.party is here.party]
