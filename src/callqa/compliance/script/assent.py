"""核单 as an exchange: an item counts only with the customer's own clear yes, on the customer's channel, soon after.

Not a yes: 嗯？, 啊？, 你等会儿, 再说一遍, a question, an assent spoken while the agent talks (more than half of it), and
anything the agent says himself. A no stands until a clear yes follows it: customers object, agents correct themselves,
and then the customer agrees. Asking for a moment (你等会儿) uses up none of the turns waited for.

Words of assent are compared by sound where the characters say nothing (雀认 is 确认, 霉错 is 没错). What cannot be made
out leaves the step unsure: an answer under talk-over or of low probability, a bare 嗯, and a short answer of which no
word is understood (nobody is called to account for what was misheard). A refusal, an evasive answer or none leaves it
without assent.
"""

import re
from dataclasses import dataclass
from typing import Literal

from callqa.compliance.sound import hear
from callqa.compliance.sound.syllables import syllable_names
from callqa.compliance.view import CallView
from callqa.domain import Party, Quote, Span, covered
from callqa.policy.script import Assent

Result = Literal["assented", "refused", "unclear", "asked"]
"""``asked``: said, but no answer of the customer was heard."""
_TALKED_OVER = 0.5
_LEAD = 250
"""Milliseconds by which an answer may begin before the item's last word ends (word times err)."""
_SHORT = 12
"""Spoken characters up to which an answer that is not understood may have been a yes."""
_POLITE = re.compile("没错|不错|没问题|没关系|没事|没意见|没毛病|不用客气|不客气|不用谢|错不了|不改了|不变")
_HOLD = re.compile(
    "等会|等一下|等等|稍等|再说一遍|再说一下|重复一遍|没听[清见懂到]|听不[清见到]|你说什么|说什么|慢点说|大点声|大声|什么意思|想一想|考虑|再看看|再想想"
)
_NO = re.compile(
    "不对|不是(?!.{0,16}(?:吗|么|[?？]))|错了|不要|不行|不买|不用了|算了|不订|不需要|退了|取消|别发|不同意|不可以|写错|搞错|弄错|改一下|换一下|不确认|(?<!都)不好"
)
_YES = re.compile(
    "^(?:喂|哦|噢|啊|哎|唉|诶|呃|那|就|我)*(?:嗯+[，,、]?)*(?:对|没错|是|好|行|可以|要得|中|成|妥|没问题|正确|确认|确定|同意|OK|ok|就这样|就这个|就是|听[清明]|知道|明白|没意见|嗯嗯|恩恩|得嘞|没毛病|不变|不改了)"
)
_YES_INSIDE = re.compile("(?:对|是|行|好|可以|没错|没问题)(?:的|啊|嘞|了|吧|哦|呀)?[。，,！!]*$")
_CLEAR = re.compile(
    "(?:那|就|嗯|啊|哦|行|好|我|这个|也|都|还是)*(?:对|没错|是|好|行|可以|要得|中|成|妥|没问题|正确|确认|确定|同意|就这样|没意见|没毛病)"
    "(?:的|啊|吧|嘛|嘞|了|哦|呀|哈|头|对|好|行|是|呢|这个|数)*"
)
"""A clause that says yes and nothing else."""
_LATE_YES = re.compile("对|没错|确认|确定|同意|就这样|行吧|可以|没问题|[发下定出上订办]吧|就按")
"""What it takes to agree after a no; 好 and 嗯 alone may only be 好，再见."""
_LEAVES = re.compile("再见|拜拜|打扰|再打来|再联系|考虑考虑|祝您")
_BY_SOUND: tuple[tuple[str, str], ...] = (
    ("que ren", "确认"), ("que ding", "确定"), ("mei cuo", "没错"), ("mei wen ti", "没问题"), ("tong yi", "同意"),
    ("ke yi", "可以"), ("jiu zhe yang", "就这样"), ("zheng que", "正确"), ("mei mao bing", "没毛病"),
)  # fmt: skip
_ONE_SOUND = {"dui": "对", "hao": "好", "xing": "行", "zhong": "中", "cheng": "成", "shi": "是"}
"""Words of assent of one syllable: by sound only where they are a clause of their own."""
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
    waited = spoken = held = 0
    unclear: Exchange | None = None
    refused: Exchange | None = None
    left = False
    for index in range(last_turn, len(view.turns)):
        turn = view.turns[index]
        if index == last_turn:
            continue
        if turn.party is not Party.customer:
            spoken += 1
            left = left or bool(_LEAVES.search(turn.text))
            if spoken > rule.within + held:
                break
            continue
        if view.spans[index].end <= end:
            continue
        if _HOLD.search(turn.text):
            held += 1
        else:
            waited += 1
        if waited > rule.within:
            break
        heard = _judge(index, end, rule, view)
        if heard.result == "assented" and (
            refused is None or (not left and _LATE_YES.search(turn.text) is not None)
        ):
            return heard
        if heard.result == "refused":
            refused = refused or heard
        unclear = unclear or heard
    return refused or unclear or Exchange("asked", None, "说完以后没有听到客户回答")


def _judge(index: int, end: int, rule: Assent, view: CallView) -> Exchange:
    turn = view.turns[index]
    quote = turn.quote()
    meaning = _meaning(turn.text, rule)
    if meaning == "unclear":
        meant = _meaning(_by_sound(turn.text), rule)
        meaning = meant if meant == "assented" else meaning
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
    lost = meaning == "unclear" and (bool(_MUMBLE.match(turn.text.strip())) or _not_understood(turn.text))
    return Exchange(meaning, quote, notes[meaning], heard=view.clear([quote]) and not lost)


def _not_understood(text: str) -> bool:
    """A short answer that is neither a question nor a request for a moment: it may have been a yes."""
    return len(hear(text)) <= _SHORT and not _HOLD.search(text) and not _ASKS.search(text)


def _by_sound(text: str) -> str:
    """The answer with words of assent written right that were written as other characters of the same sound."""
    heard = hear(text)
    names = syllable_names()
    sounds = [names[number] for number in heard.syllables.tolist()]
    characters: list[str] = list(text)
    for spelled, words in _BY_SOUND:
        wanted = spelled.split()
        for place in range(len(sounds) - len(wanted) + 1):
            if sounds[place : place + len(wanted)] == wanted:
                for offset, character in enumerate(words):
                    characters[heard.starts[place + offset]] = character
    for clause in re.finditer("[^，,。！!？?、]+", text):
        inside = [n for n, start in enumerate(heard.starts) if clause.start() <= start < clause.end()]
        if len(inside) == 1 and sounds[inside[0]] in _ONE_SOUND:
            characters[heard.starts[inside[0]]] = _ONE_SOUND[sounds[inside[0]]]
    return "".join(characters)


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
    clauses = [clause for clause in re.split("[，,。！!；;]", bare) if clause]
    if any(_CLEAR.fullmatch(clause) for clause in clauses) and not re.search("[？?]", bare):
        return "assented"
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
