"""Full names after their cues, in answers to “您贵姓/收货人姓名”, spelled out, and repeated.

A surname with a title (王女士, 小李) is no full name, and the agent's own name is not masked; both follow the labelling
guide, section 4.
"""

import re
from collections.abc import Iterator, Sequence

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
    r"贵姓|怎么称呼|(?:叫|是)什么名字|什么名|姓名|名字|收货人|收件人|联系人|投保人|被保(?:险)?人|叫啥|尊姓|您姓什么|户名|机主"
)
_CUE = re.compile(
    r"(?:收货人|收件人|联系人|姓名|名字|户名|机主|投保人|被保(?:险)?人|开卡人)(?:就?(?:是|叫|写|填|为)|呢是?)?[，,：:\s]*"
    r"|(?:我|他|她|妈|爸|爹|娘|老伴|爱人|老公|老婆|媳妇|儿子|女儿|闺女|孩子|孙子|孙女|奶奶|爷爷|姥姥|姥爷|哥|姐|弟|妹|人家|本人|老头子?|当家的)(?:的?名字)?(?:叫|名叫)(?:做)?"
    r"|(?:您|你)(?:的名字)?(?:叫|是)(?!不|谁|什么|我|想|要|在|有|否|自)"
    r"|(?:写|填|用)(?:我|他|她|您|你)?(?:的)?(?:名字|名)?(?:写|叫|是)"
)
_OWN = re.compile(r"我(?:叫|是|的?名字(?:叫|是)?|姓)|工号|这边(?:叫|是)|这里是|客服|专员|顾问|为您服务")
_RECEIVES = re.compile(r"(?=([\u4e00-\u9fff]{2,4})(?:收(?!到|货|拾|据|费|入|集|银|起|了|下|藏|割)|签收))")
_SPELLED = re.compile(
    r"[\u4e00-\u9fff]{2,4}(?:的|那个)([\u4e00-\u9fff])(?![\u4e00-\u9fff]*的\1)|(?:三横一竖|三横)王|木子李|弓长张|耳东陈|立早章|双口吕|古月胡|双木林|言午许"
    r"|草头黄|走肖赵|口天吴|人可何|干勾于|余则成"
)
_FILLER = re.compile(
    r"^(?:嗯+|呃+|啊|哦|那个|就|就是|是|我|叫|姓名|名字|我叫|我是|写|收货人|收件人|本人|哎|诶|对|您|填|叫做|[，,。、\s])+"
)
_TAIL = re.compile(
    r"[的啊呀吧呢嘛哦了哈，,。！!？?、\s]*(?:就行|就好|可以|对吧|是吧|没错|先生|女士|您好)?[，,。！!？?\s]*$"
)


def names_in(lines: Sequence[Line], *, staff: Sequence[str], cues: Sequence[str]) -> list[Found]:
    """All full names in a call.

    Args:
        lines: The call.
        staff: Names agents introduce themselves with; never reported.
        cues: Further wordings a name follows.

    Returns:
        Candidates; repeats of a found name anywhere in the call included.
    """
    extra = re.compile("|".join(re.escape(cue) for cue in cues)) if cues else None
    found: list[Found] = []
    for line in lines:
        found += _after_cues(line, _CUE, "cue")
        if extra:
            found += _after_cues(line, extra, "cue")
        found += _receivers(line)
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
        end = name_at(line.text, match.end())
        if end is not None and not _titled(line.text, end, match.end()):
            score = 0.75 if end - match.end() >= 3 else 0.6
            yield Found("name", line.index, match.end(), end, pattern, match[0].strip(), None, score)


def _receivers(line: Line) -> Iterator[Found]:
    """``油坊巷十九号，李桂芝收``."""
    for match in _RECEIVES.finditer(line.text):
        for length in (3, 2):
            start = match.end(1) - length
            if start >= match.start(1) and name_at(line.text, start) == match.end(1):
                yield Found("name", line.index, start, match.end(1), "receiver", "收", None, 0.7)
                break


def _answers(lines: Sequence[Line], line: Line) -> Iterator[Found]:
    """A reply that is nothing but a name, or a name spelled out character by character."""
    asked = next(
        (_ASKED.search(one.text) for one in asked_before(lines, line.index) if _ASKED.search(one.text)), None
    )
    if asked is None or line.party is Party.agent:
        return
    lead = _FILLER.match(line.text)
    start = lead.end() if lead else 0
    tail = _TAIL.search(line.text)
    stop = tail.start() if tail else len(line.text)
    end = name_at(line.text, start, loose=True)
    whole = end is not None and (end >= stop or not "\u4e00" <= line.text[end] <= "\u9fff")
    if end is not None and (whole or name_at(line.text, start) == end) and not _titled(line.text, end, start):
        yield Found("name", line.index, start, end, "answer", asked[0], None, 0.8 if whole else 0.6)
    spelled = list(_SPELLED.finditer(line.text))
    if len(spelled) >= 2:
        yield Found(
            "name", line.index, spelled[0].start(), spelled[-1].end(), "spelled_out", asked[0], None, 0.8
        )


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
            yield Found("name", line.index, start, start + len(name), "repeat", "", None, 0.75)
            start = line.text.find(name, start + len(name))
