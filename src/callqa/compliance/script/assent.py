"""核单 as an exchange: an item counts only with the customer's own clear yes, on the customer's channel, soon after.

Not a yes: 嗯？, 啊？, 你等会儿, 再说一遍, a question, an assent spoken while the agent talks (more than half of it), and
anything the agent says himself. What cannot be made out leaves the step unsure; a refusal,
an evasive answer or none leaves it without assent.
"""

import re
from dataclasses import dataclass
from typing import Literal

from callqa.compliance.view import CallView
from callqa.domain import Party, Quote, Span, covered
from callqa.policy.script import Assent

Result = Literal["assented", "refused", "unclear", "asked"]
"""``asked``: said, but no answer of the customer was heard."""
_TALKED_OVER = 0.5
_LEAD = 250
"""Milliseconds by which an answer may begin before the item's last word ends (word times err)."""
_POLITE = re.compile("没错|不错|没问题|没关系|没事|没意见|没毛病|不用客气|不客气|不用谢|错不了|不改了|不变")
_HOLD = re.compile(
    "等会|等一下|等等|稍等|再说一遍|再说一下|重复一遍|没听[清见懂到]|听不[清见到]|你说什么|说什么|慢点说|大点声|大声|什么意思|想一想|考虑|再看看|再想想"
)
_NO = re.compile(
    "不对|不是|错了|不要|不行|不买|不用了|算了|不订|不需要|退了|取消|别发|不同意|不可以|写错|搞错|弄错|改一下|换一下|不确认|(?<!都)不好"
)
_YES = re.compile(
    "^(?:喂|哦|噢|啊|哎|唉|诶|呃|那|就|我)*(?:嗯+[，,、]?)*(?:对|没错|是|好|行|可以|要得|中|成|妥|没问题|正确|确认|确定|同意|OK|ok|就这样|就这个|就是|听[清明]|知道|明白|没意见|嗯嗯|恩恩|得嘞|没毛病|不变|不改了)"
)
_YES_INSIDE = re.compile("(?:对|是|行|好|可以|没错|没问题)(?:的|啊|嘞|了|吧|哦|呀)?[。，,！!]*$")
_MUMBLE = re.compile("^(?:嗯|恩|啊|哦|噢|呃|唔|哎)+[。，,]?$")
_ASKS = re.compile("[？?]|吗$|么$|呢$|多少|什么|怎么|哪[里儿个天]|几[天个点块]|为啥")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the customer answered to an item."""

    result: Result
    answer: Quote | None
    """The customer's words; None where none were heard."""
    note: str
    """Chinese sentence."""
    heard: bool = True
    """False: what the customer said cannot be made out (under talk-over, low probability, a bare 嗯)."""


def exchange(last_turn: int, end: int, rule: Assent, view: CallView) -> Exchange:
    """The customer's answer to an item said up to ``end`` ms, in turn ``last_turn``.

    Args:
        last_turn: Turn in which the item was said last.
        end: When its last word ended.
        rule: Number of customer turns to wait for, further words.
        view: The call.
    """
    waited = spoken = 0
    unclear: Exchange | None = None
    for index in range(last_turn, len(view.turns)):
        turn = view.turns[index]
        if index == last_turn:
            continue
        if turn.party is not Party.customer:
            spoken += 1
            if spoken > rule.within:
                break
            continue
        if view.spans[index].end <= end:
            continue
        waited += 1
        if waited > rule.within:
            break
        heard = _judge(index, end, rule, view)
        if heard.result in ("assented", "refused"):
            return heard
        unclear = unclear or heard
    return unclear or Exchange("asked", None, "说完以后没有听到客户回答")


def _judge(index: int, end: int, rule: Assent, view: CallView) -> Exchange:
    turn = view.turns[index]
    quote = turn.quote()
    meaning = _meaning(turn.text, rule)
    if meaning == "assented" and _talked_over(index, end, view):
        return Exchange("unclear", quote, "客户应声时坐席还在说话，不算明确同意", heard=False)
    if meaning == "assented" and not view.clear([quote]):
        return Exchange("unclear", quote, "客户的回答没有听清", heard=False)
    notes = {
        "assented": "客户明确同意",
        "refused": "客户没有同意",
        "unclear": "客户的回答不是明确同意",
        "asked": "客户没有回答",
    }
    mumbled = meaning == "unclear" and bool(_MUMBLE.match(turn.text.strip()))
    return Exchange(meaning, quote, notes[meaning], heard=view.clear([quote]) and not mumbled)


def _meaning(text: str, rule: Assent) -> Result:  # noqa: PLR0911 – the order of the tests is the point
    plain = text.strip()
    if any(word.text in plain for word in rule.no):
        return "refused"
    if _HOLD.search(plain):
        return "unclear"
    polite = bool(_POLITE.search(plain))
    bare = _POLITE.sub("对", plain)
    if _NO.search(bare):
        return "refused"
    if any(word.text in plain for word in rule.yes):
        return "assented"
    if _MUMBLE.match(bare):
        return "assented" if bare.rstrip().endswith(("。", "嗯嗯")) else "unclear"
    if _YES.match(bare) and not re.match("^(?:是|对|好)?(?:吗|么|[？?])", bare):
        first = re.split("[，,。！!]", bare)[0]
        return "unclear" if _ASKS.search(first) and not polite else "assented"
    if _YES_INSIDE.search(bare) and not _ASKS.search(bare):
        return "assented"
    return "unclear"


def _talked_over(index: int, end: int, view: CallView) -> bool:
    """More than half of the answer lies under the agent's speech, or all of it before the item's end."""
    span = view.spans[index]
    if span.end <= end + _LEAD and span.start < end - _LEAD:
        return True
    shared = covered([part for part in view.overlap[index] if _long(part)])
    return shared > _TALKED_OVER * span.duration


def _long(part: Span) -> bool:
    return part.duration > _LEAD
