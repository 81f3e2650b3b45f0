"""Address fragments that a parcel could be sent to; talk of a province, city or county alone is none."""

import re
from collections.abc import Iterator, Sequence

from callqa.domain import Party
from callqa.privacy.lines import Found, Line, asked_before

_N = "0-9０-９零〇一二两三四五六七八九十百幺A-Za-z甲乙丙丁东西南北"
_COUNT = r"[0-9０-９零〇一二两三四五六七八九十百千幺]{1,7}(?:[-－杠之][0-9零一二三四五六七八九十百幺]{1,5})*"
_ROOM = rf"(?:{_COUNT}|[{_N}]{{1,3}})(?:号楼|号院|号门|号房|栋|幢|单元|室|弄|号铺|楼|层|组|社|队|座|户|门|排|巷|区)"
_HOUSE = rf"(?:{_COUNT})号(?![线码脚之早晚上下前后左右到发货送开结楼院门房铺])"
_ROAD = r"[\u4e00-\u9fff]{1,7}?(?:大道|大街|环路|马路|路|街|巷子?|胡同|里弄|弄|条)(?:[东西南北中]段?)?"
_ESTATE = (
    r"[\u4e00-\u9fff]{1,8}?(?:小区|花园|家园|公寓|大厦|新村|家属院|宿舍|苑|嘉园|庄园|山庄|广场|新城|名城|华府|公馆|里|坊|村|屯|寨|庄|营|堡|大院|院|市场|商场"
    r"|工业园|开发区|学校|小学|中学|医院|厂)"
)
_ADMIN = r"[\u4e00-\u9fff]{1,8}?(?:自治区|自治州|自治县|特别行政区|省|市|区|县|镇|乡|街道|旗|州|盟)"

_PART = re.compile(rf"{_ADMIN}|{_ESTATE}|{_ROAD}|{_ROOM}|{_HOUSE}")
_DETAIL = re.compile(rf"{_ROOM}|{_HOUSE}")
_PLACE = re.compile(rf"{_ESTATE}|{_ROAD}")
_ANYWHERE = re.compile(
    rf"(?:{_ADMIN}[，,、\s]*)*(?:(?:{_ROAD}|{_ESTATE})[，,、\s]*)+(?:(?:{_HOUSE}|{_ROOM}|{_ESTATE})[，,、\s的]*)*(?:{_HOUSE}|{_ROOM})"
)
_CUE = re.compile(
    r"(?:收货|收件|家庭|详细|送货|邮寄|家里|寄件|新|我的?|您的?|你的?)?(?:地址|住址)(?:呢|还?就?是|写|填|改成|改为|变成|在|换成)?[，,：:\s]*"
    r"|(?:送|寄|发|邮|给您?发|给我发|给我寄|给我送|快递)到(?:了)?"
    r"|(?:我们?|我家|家|俺|俺家|咱家|现在|我妈|我爸|老人|他|她|平时)?(?:就)?住(?:在|到)?"
    r"|(?:我|我们|俺|咱)?家(?:里)?(?:就)?(?:在|是)"
)
_ASKED = re.compile(
    r"地址|住(?:在)?哪|哪(?:个|条|一|栋|户|座)?(?:小区|路|街|村|镇|县|区|栋|楼|单元|室|号)|(?:送|寄|发)到?(?:哪|什么地方|什么位置)|门牌|几号楼|几单元|几栋|楼号|房号|具体位置"
    r"|详细一点|具体一点|省市区|哪里收|什么村|什么路|什么街|什么小区|住哪"
)
_LEAD = re.compile(
    r"^(?:嗯+|呃+|啊|哦|那个|就是|就|是|我|我们|俺|家|家里|住|住在|在|送到|寄到|到|写|填|地址|我家|给我|这边|这儿|那|你|记|记一下|听好|对|好|行|[，,。、：:\s])+"
)
_TAIL = re.compile(
    r"(?:[，,。！!？?、\s]|对吧|对吗|是吧|是吗|对不对|没错|就行|就好|可以|吧|吗|啊|呀|呢|哦|嘛|哈|收|这儿|这里|那儿|的|了)+$"
)
_STOP = re.compile(
    r"电话|手机|号码|姓名|收货人|收件人|联系人|[，,。]\s*(?:我叫|名字|邮编|对吧|对吗|对|是吧|麻烦|谢谢|就|你|您|我|到时|别|不|货|快递)|对吧|对吗|是吗|没错|货到|大概|大约|三到五天|[。！!？?]"
)
_NOT_HERE = re.compile(r"公司|总部|厂家|体验馆|展厅|门店|我们店|专卖店|仓库(?:在|地址)|发货地|本店|注册地")
LONGEST = 60


def addresses_in(lines: Sequence[Line], *, places: Sequence[str], cues: Sequence[str]) -> list[Found]:
    """All deliverable address fragments in a call.

    Args:
        lines: The call.
        places: Places of the company; an address that names one is left alone.
        cues: Further wordings an address follows.

    Returns:
        Candidates, repeats of a found address by the other party included.
    """
    cue = re.compile("|".join((_CUE.pattern, *(re.escape(one) for one in cues))))
    found: list[Found] = []
    for line in lines:
        asked = _question(lines, line)
        spans: list[Found] = []
        if asked and line.party is not Party.agent:
            spans += _answer(line, asked)
        spans += _after_cues(line, cue)
        spans += _anywhere(line)
        found += [one for one in spans if not _of_company(line, one, places)]
    known = {lines[one.line].text[one.start : one.end] for one in found}
    return found + [echo for address in known for echo in _repeats(lines, address)]


def _question(lines: Sequence[Line], line: Line) -> str:
    for one in asked_before(lines, line.index):
        found = _ASKED.search(one.text)
        if found:
            return found[0]
    return ""


def _answer(line: Line, asked: str) -> Iterator[Found]:
    """A reply to a question for the address: from the first place word to the last detail."""
    lead = _LEAD.match(line.text)
    start = lead.end() if lead else 0
    found = _cut(line.text, start)
    if found is None:
        return
    start, end = found
    text = line.text[start:end]
    parts, details = len(_PART.findall(text)), len(_DETAIL.findall(text))
    if details and (parts >= 2 or len(text) <= 10):
        yield Found("address", line.index, start, end, "answer", asked, None, 0.85)
    elif _PLACE.search(text) and parts >= 2:
        yield Found("address", line.index, start, end, "answer", asked, None, 0.7)
    elif _PLACE.fullmatch(text) and len(text) >= 3:
        yield Found("address", line.index, start, end, "answer", asked, None, 0.55)


def _after_cues(line: Line, cue: re.Pattern[str]) -> Iterator[Found]:
    """``地址是…``, ``送到…``, ``住在…``."""
    for match in cue.finditer(line.text):
        lead = _LEAD.match(line.text[match.end() :])
        found = _cut(line.text, match.end() + (lead.end() if lead else 0))
        if found is None:
            continue
        start, end = found
        text = line.text[start:end]
        details, parts = len(_DETAIL.findall(text)), len(_PART.findall(text))
        if details and parts >= 2:
            yield Found("address", line.index, start, end, "cue", match[0].strip(), None, 0.8)


def _anywhere(line: Line) -> Iterator[Found]:
    """Road or estate with a number, without any cue."""
    for match in _ANYWHERE.finditer(line.text):
        lead = _LEAD.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        for word in ("住在", "送到", "寄到", "发到", "地址是", "地址", "家在", "就在", "在", "到"):
            at = line.text.rfind(word, start, match.end())
            if at >= 0 and at - start < 8:
                start = at + len(word)
                break
        if start < match.end():
            yield Found("address", line.index, start, match.end(), "structure", "", None, 0.6)


def _cut(text: str, start: int) -> tuple[int, int] | None:
    """From ``start`` to the end of the address: before the next matter, without what trails."""
    stop = _STOP.search(text, start)
    end = min(stop.start() if stop else len(text), start + LONGEST)
    tail = _TAIL.search(text[start:end])
    end = start + tail.start() if tail else end
    return (start, end) if end - start >= 2 else None


def _of_company(line: Line, found: Found, places: Sequence[str]) -> bool:
    around = line.text[max(0, found.start - 12) : found.end]
    if any(place in around for place in places):
        return True
    return line.party is Party.agent and _NOT_HERE.search(around) is not None


def _repeats(lines: Sequence[Line], address: str) -> Iterator[Found]:
    """The same words again, whole or by the pieces between pauses that carry a detail."""
    pieces = {address, *(piece for piece in re.split(r"[，,、。\s]+", address) if _DETAIL.search(piece))}
    for line in lines:
        for piece in pieces:
            if len(piece) < 4:
                continue
            start = line.text.find(piece)
            while start >= 0:
                yield Found("address", line.index, start, start + len(piece), "repeat", "", None, 0.75)
                start = line.text.find(piece, start + len(piece))
