"""Full names after their cues, in answers to “您贵姓/收货人姓名”, spelled out, and repeated.

A surname with a title (王女士, 小李) is no full name, and the agent's own name is not masked; both follow the labelling
guide, section 4.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from callqa.domain import Party
from callqa.privacy.lines import Found, Line, asked_before
from callqa.privacy.surnames import (
    DOUBLE_SURNAMES,
    GIVEN,
    NEVER_GIVEN,
    NEXT_WORDS,
    NOT_NAMES,
    SURNAMES,
    TITLES,
)

_ASKED = re.compile(
    r"贵姓|怎么称呼|叫什么|全名|大名|什么名|姓名|名字|名儿|写谁|谁的名|谁收|谁名|收货人|收件人|联系人|投保人|被保(?:险)?人|叫啥|尊姓|您姓什么|户名|机主"
)
_CUE = re.compile(
    r"(?:收货人|收件人|联系人|姓名|名字|户名|机主|投保人|被保(?:险)?人|开卡人)(?:就?(?:是|叫|写|填|为)|呢是?)?[，,：:\s]*"
    r"|(?:我|他|她|妈|爸|爹|娘|老伴|爱人|老公|老婆|媳妇|儿子|女儿|闺女|孩子|孙子|孙女|奶奶|爷爷|姥姥|姥爷|哥|姐|弟|妹|人家|本人|老头子?|当家的)(?:的?名字)?(?:叫|名叫)(?:做)?"
    r"|(?:车主|户主|机主|业主|房主|学员|患者|老板|邻居|舅子|亲家|表[哥弟姐妹]|堂[哥弟姐妹]|同事|同学|师傅|家长)(?:是|叫)?(?!的|们|说|也|都|那)"
    r"|姓[\u4e00-\u9fff]{1,2}[，,]?叫(?:做)?"
    r"|(?:您|你)(?:的名字)?(?:叫|是)(?!不|谁|什么|我|想|要|在|有|否|自)"
    r"|(?:说|去|要|就)找|报(?:一下)?(?:我|他|她)?的?名字"
    r"|(?:写|填|用)(?:我|他|她|您|你)?(?:的)?(?:名字|名)?(?:写|叫|是)"
)
_OWN = re.compile(r"我(?:叫|是|的?名字(?:叫|是)?|姓)|工号|这边(?:叫|是)|这里是|客服|专员|顾问|为您服务")
_BY_PLACE = re.compile(
    r"(?:[号室楼元栋户房院层组村写给由，,、。\s]|[零〇幺一二三四五六七八九]{3}|^)"
    r"(?=([\u4e00-\u9fff]{2,4})(?:签?收(?!到|货|拾|据|费|入|集|银|起|了|下|藏|割|件|钱|款)|[，,。]|$))"
)
_ADDRESSED = re.compile(
    r"(?:^|[，,。！？!?、\s]|是|叫|好的?|给|找|了|到|请问|的|个|位)(?=([\u4e00-\u9fff]{2,4})(?:先生|女士|小姐|阿姨|叔叔|大爷|大妈|大姐|大哥|老师|同学))"
)
_SPELLED = re.compile(r"[的那]个?([\u4e00-\u9fff])")
_PARTS = re.compile(
    r"三横一竖王|三横王|木子李|弓长张|耳东陈|立早章|双口吕|古月胡|双木林|言午许|草头黄|走肖赵|口天吴|人可何|干勾于"
)
_CLAUSE = re.compile(r"[^，,。！!？?、；;\s]+")
_FILLER = re.compile(
    r"^(?:嗯+|呃+|啊|哦|那个|就|就是|是|我|叫|姓名|名字|我叫|我是|写|收货人|收件人|本人|哎|诶|对|您|填|叫做|[，,。、\s])+"
)
_TAIL = re.compile(
    r"[的啊呀吧呢嘛哦了哈，,。！!？?、\s]*(?:就行|就好|可以|对吧|是吧|没错|先生|女士|您好)?[，,。！!？?\s]*$"
)


def names_in(
    lines: Sequence[Line], *, staff: Sequence[str], cues: Sequence[str], told: Collection[int] = ()
) -> list[Found]:
    """All full names in a call.

    Args:
        lines: The call.
        staff: Names agents introduce themselves with; never reported.
        cues: Further wordings a name follows.
        told: Indexes of lines that tell an address; a name at their end needs no cue.

    Returns:
        Candidates; repeats of a found name anywhere in the call included.
    """
    extra = re.compile("|".join(re.escape(cue) for cue in cues)) if cues else None
    found: list[Found] = []
    for line in lines:
        found += _after_cues(line, _CUE, "cue")
        if extra:
            found += _after_cues(line, extra, "cue")
        found += _receivers(line, beside_address=line.index in told)
        found += _addressed(line)
        found += _mentioned(line)
        found += _answers(lines, line)
    known = {lines[one.line].text[one.start : one.end] for one in found if one.pattern != "spelled_out"}
    own = {*staff, *_introduced(lines)}
    kept = [one for one in found if lines[one.line].text[one.start : one.end] not in own]
    return kept + [echo for name in known - own for echo in _repeats(lines, name)]


def name_at(text: str, start: int, *, loose: bool = False) -> int | None:
    """End of the full name that begins at ``start``, or None.

    Args:
        text: The turn.
        start: Where the surname would stand.
        loose: True where a name is expected there, so that any characters may follow the surname.
    """
    surname = 2 if text[start : start + 2] in DOUBLE_SURNAMES else 1
    if surname == 1 and text[start : start + 1] not in SURNAMES:
        return None
    if text[start : start + 2] in NOT_NAMES:
        return None
    end = start + surname
    while end < len(text) and end < start + surname + 2:
        character = text[end]
        ended = not "\u4e00" <= character <= "\u9fff" or character in NEVER_GIVEN
        if ended or any(text.startswith(word, end) for word in NEXT_WORDS):
            break
        if character not in GIVEN and not loose:
            break
        end += 1
    return end if end > start + surname else None


def _after_cues(line: Line, cue: re.Pattern[str], pattern: str) -> Iterator[Found]:
    for match in cue.finditer(line.text):
        own = match[0].startswith("我") or match[0].startswith("本人")
        if own and line.party is Party.agent:
            continue
        end = name_at(line.text, match.end()) or _set_off(line.text, match.end())
        if end is not None and not _titled(line.text, end, match.end()):
            score = 0.75 if end - match.end() >= 3 else 0.6
            yield Found("name", line.index, match.end(), end, pattern, match[0].strip(), None, score)


def _set_off(text: str, start: int) -> int | None:
    """End of a three-character name of uncommon characters, where a pause or a particle follows it."""
    end = name_at(text, start, loose=True)
    if end is None or end - start < 3:
        return None
    follows = text[end : end + 1]
    return (
        end
        if not follows or follows in "，,。！？!?、 吧吗啊呀呢哦" or text.startswith(NEXT_WORDS, end)
        else None
    )


def _receivers(line: Line, *, beside_address: bool) -> Iterator[Found]:
    """``油坊巷十九号，李桂芝收``; without 收 only in a turn that tells an address."""
    for match in _BY_PLACE.finditer(line.text):
        start, stop = match.start(1), match.end(1)
        for end in range(min(stop, start + 4), start + 1, -1):
            received = line.text.startswith(("收", "签收"), end)
            if name_at(line.text, start) == end and (received or (beside_address and end - start >= 3)):
                yield Found(
                    "name", line.index, start, end, "receiver", "收" if received else "地址", None, 0.7
                )
                break


def _addressed(line: Line) -> Iterator[Found]:
    """``吴晓东先生``: a full name before a title."""
    for match in _ADDRESSED.finditer(line.text):
        end = name_at(line.text, match.start(1))
        if (
            end is not None
            and line.text.startswith(_POLITE, end)
            and not _titled(line.text, end, match.start(1))
        ):
            yield Found(
                "name", line.index, match.start(1), end, "title", line.text[end : end + 2], None, 0.65
            )


def _mentioned(line: Line) -> Iterator[Found]:
    """``那个滕立军吧``: three characters that are a name from end to end, set off on both sides."""
    for match in _MENTION.finditer(line.text):
        start = match.start(1)
        if name_at(line.text, start) == start + 3 and line.text[start + 2] not in "堂店厂馆楼":
            yield Found("name", line.index, start, start + 3, "mention", "", None, 0.55)


_MENTION = re.compile(
    r"(?:^|[，,。！？!?、\s]|[是个的找叫给跟和问])(?=([\u4e00-\u9fff]{3})(?:[，,。！？!?、\s]|$|吧|吗|家的|他|她|先生|女士|的(?:家长|妈|爸|电话|手机|号|地址|订单|保单|单子|名字|快递)|本人))"
)
_POLITE = ("先生", "女士", "小姐", "阿姨", "叔叔", "大爷", "大妈", "大姐", "大哥", "老师", "同学")


def _answers(lines: Sequence[Line], line: Line) -> Iterator[Found]:
    """A reply that is nothing but a name, or a name spelled out character by character."""
    asked = next(
        (_ASKED.search(one.text) for one in asked_before(lines, line.index) if _ASKED.search(one.text)), None
    )
    if asked is None or line.party is Party.agent:
        return
    for clause in _CLAUSE.finditer(line.text):
        lead = _FILLER.match(clause[0])
        start = clause.start() + (lead.end() if lead else 0)
        tail = _TAIL.search(clause[0])
        stop = clause.start() + tail.start() if tail else clause.end()
        end = name_at(line.text, start, loose=True)
        if end is None or _titled(line.text, end, start):
            continue
        whole = end >= stop and (end - start >= 3 or name_at(line.text, start) == end)
        if whole or (clause.start() == 0 and name_at(line.text, start) == end and end - start >= 3):
            yield Found("name", line.index, start, end, "answer", asked[0], None, 0.8 if whole else 0.6)
            break
    spelled = _spelled(line.text)
    if len(spelled) >= 2:
        yield Found("name", line.index, spelled[0][0], spelled[-1][1], "spelled_out", asked[0], None, 0.8)


def _spelled(text: str) -> list[tuple[int, int]]:
    """``桂花的桂``, ``宪法的宪``, ``弓长张``: characters explained by a word that holds them."""
    places = [match.span() for match in _PARTS.finditer(text)]
    for match in _SPELLED.finditer(text):
        for length in (2, 3, 4):
            start = match.start() - length
            if start >= 0 and match[1] in text[start : match.start()]:
                places.append((start, match.end()))
                break
    return sorted(places)


def _titled(text: str, end: int, start: int) -> bool:
    """``张总``, ``李阿姨``, ``王姐``: a surname with a title."""
    return text[start + 1 : end] in TITLES or (end - start == 2 and text[end - 1 : end + 1] in TITLES)


def _introduced(lines: Sequence[Line]) -> set[str]:
    """Names that agents give as their own: 我叫…, 我是…, 工号八零零一李明为您服务."""
    own: set[str] = set()
    for line in lines:
        if line.party is Party.customer:
            continue
        for match in _OWN.finditer(line.text):
            end = name_at(line.text, match.end())
            if end is not None and line.party is Party.agent:
                own.add(line.text[match.end() : end])
    return own


def _repeats(lines: Sequence[Line], name: str) -> Iterator[Found]:
    for line in lines:
        start = line.text.find(name)
        while start >= 0:
            yield Found("name", line.index, start, start + len(name), "repeat", "", None, 0.54)
            start = line.text.find(name, start + len(name))
