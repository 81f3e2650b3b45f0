"""Address fragments that a parcel could be sent to; talk of a province, city or county alone is none."""

import re
from collections.abc import Iterator, Sequence

from callqa.domain import Party
from callqa.privacy.lines import Found, Line, asked_before

_HAN = r"(?:(?![们是的了这那个我你他她您就说但被跟给吗呢吧啊又很住])[\u4e00-\u9fff])"
_DIGIT = "0-9０-９零〇一二两三四五六七八九十百千幺"
_COUNT = rf"[{_DIGIT}]{{1,7}}(?:[-－杠之][{_DIGIT}]{{1,5}})*"
_UNIT = r"(?:号楼|号院|号门|号房|栋|幢|单元|室|弄|号铺|楼|层|组|社|队|座|户|排|巷|门(?!口))"
_AMOUNT = rf"(?![{_DIGIT}]*[块元分点个])"
_ROOM = (
    rf"(?:(?:[A-Za-z]?{_COUNT}|[A-Za-z甲乙丙丁东西南北]{{1,2}}){_UNIT})"
    rf"(?:[{_DIGIT}]{{2,5}}{_AMOUNT}(?:室|号|房)?)?"
)
_HOUSE = (
    rf"(?:{_COUNT})号(?![线码脚之早晚上下前后左右到发货送开结楼院门房铺停能])(?:[{_DIGIT}]{{3,4}}{_AMOUNT})?"
)
_ROAD = (
    rf"{_HAN}{{1,7}}?(?:大道|大街|环路|马路|路|街|巷子?|胡同|里弄)"
    r"(?:[东西南北中一二三四五六七八九十]段|[东西南北中](?![东西南北]?[门路街]))?"
)
_COMPOUND = r"(?:小区|花园|家园|公寓|大厦|新村|家属院|宿舍|苑|嘉园|庄园|山庄|新城|名城|华府|公馆|花苑|雅居)"
_ESTATE = (
    rf"{_HAN}{{1,8}}?(?:{_COMPOUND}|广场|(?<![家那这哪屋心手眼夜城哪])里|坊|村|屯|寨|庄|营|堡|大院|院子?|市场|商场|工业园|开发区|学校|小学|中学|医院|厂)+"
    r"(?![市区县镇])"
)
_ADMIN = rf"{_HAN}{{1,8}}?(?:自治区|自治州|自治县|特别行政区|省|市(?!场)|区|县|镇|乡|街道|旗|州|盟)"

_PART = re.compile(rf"{_ADMIN}|{_ESTATE}|{_ROAD}|{_ROOM}|{_HOUSE}|[东西南北][门口]")
_DETAIL = re.compile(rf"{_ROOM}|{_HOUSE}")
_PLACE = re.compile(rf"{_ESTATE}|{_ROAD}")
_BEGINNING = re.compile(rf"(?:{_ADMIN})*")
_SPOT = re.compile(
    rf"{_HAN}{{1,8}}?(?:店|铺|馆|超市|餐厅|饭店|酒店|药房|诊所|菜场|公司|派出所|车站|工地|楼下|门口|隔壁|对面|旁边)"
)
"""A shop or landmark that may end an address."""
_CLEAR = re.compile(
    rf"(?!条|一条|整条)(?:{_ROAD})(?:[东西南北]口)?{_HOUSE}|(?!条|一条|整条)(?:{_ROAD})(?:{_COUNT})(?:号楼|号院|弄|栋)"
    rf"|{_HAN}{{2,8}}?{_COMPOUND}[，,、\s]*(?:{_COUNT}|[A-Za-z东西南北])(?:号楼|栋|幢|单元|座|号院)"
    rf"|{_COUNT}(?:号楼|栋|幢|座){_COUNT}(?:单元|室|楼|层|门|号)"
    rf"|(?:{_HAN}{{1,4}}[县镇乡]){_HAN}{{1,6}}?[村屯庄寨](?:{_COUNT})?[组队社号]?"
)
_FLOOR = re.compile(rf"[{_DIGIT}]{{1,2}}[楼层门排户组]")
"""``一楼``: no address by itself."""
_CLAUSE = re.compile(r"[^，,。！!？?、；;\s]+")
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
    r"^(?:单位|公司|店里|店|屋里|改成|改为|换成|换到|改到|改寄|楼上|楼下|嗯+|呃+|啊|哦|那个|就是|就|是|我|我们|俺|家|家里|住|住在|在|送到|寄到|到|写|填|地址|我家|给我|这边|这儿|那|你|记|记一下|听好|对|好|行|[，,。、：:\s])+"
)
_STOP = re.compile(
    r"电话|手机|号码|姓名|收货人|收件人|联系人|邮编|对吧|对吗|是吗|是吧|没错|货到|大概|大约|三到五天|麻烦|谢谢|快递|到时"
)
_NOT_HERE = re.compile(
    r"公司|总部|我给您报|售后|寄回|我们在|厂家|体验馆|展厅|门店|我们店|专卖店|仓库(?:在|地址)|发货地|本店|注册地"
)
LONGEST = 60
"""Characters an address has at most."""
NEAR = 8
"""Characters that may stand between a cue and the address."""


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
    companys: set[str] = set()
    for line in lines:
        asked = _question(lines, line)
        spans: list[Found] = []
        if asked and line.party is not Party.agent:
            spans += _answer(line, asked)
        spans += _after_cues(line, cue)
        spans += _anywhere(line)
        for one in spans:
            if _of_company(line, one, places):
                companys.add(line.text[one.start : one.end])
            else:
                found.append(one)
    found = [
        one for one in found if not any(lines[one.line].text[one.start : one.end] in own for own in companys)
    ]
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
    for start, end in _extents(line.text, 0, len(line.text)):
        score = _weight(line.text[start:end], asked=True)
        if score:
            yield Found("address", line.index, start, end, "answer", asked, None, score)


def _after_cues(line: Line, cue: re.Pattern[str]) -> Iterator[Found]:
    """``地址是…``, ``送到…``, ``住在…``: the address begins in the very clause of the cue or the next."""
    for match in cue.finditer(line.text):
        for start, end in _extents(line.text, match.end(), len(line.text))[:1]:
            score = _weight(line.text[start:end], asked=False) if start - match.end() <= NEAR else 0.0
            if score:
                yield Found("address", line.index, start, end, "cue", match[0].strip(), None, score)


def _anywhere(line: Line) -> Iterator[Found]:
    """Road with a house number, or estate with a building, without any cue."""
    for start, end in _extents(line.text, 0, len(line.text)):
        if _CLEAR.search(line.text[start:end]):
            yield Found("address", line.index, start, end, "structure", "", None, 0.6)


def _extents(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Stretches of neighbouring clauses that name places, from their first place word to their last."""
    found: list[tuple[int, int]] = []
    last_end = -9
    for clause in _CLAUSE.finditer(text, start, min(stop, start + LONGEST)):
        other = _STOP.search(text, clause.start(), clause.end())
        inside = _inside(text, clause.start(), other.start() if other else clause.end())
        if inside is None:
            continue
        begin, end = inside
        apart = text[last_end : clause.start()] if last_end >= 0 else "。"
        if found and len(apart) <= 2 and not re.search(r"[。！!？?]", apart):
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
        last_end = -9 if other else clause.end()
    return found


def _inside(text: str, start: int, stop: int) -> tuple[int, int] | None:
    """From the first to the last place word of a clause, without cues and fillers before it."""
    parts = list(_PART.finditer(text, start, stop))
    if not parts:
        return None
    begin, end = parts[0].start(), parts[-1].end()
    spot = _SPOT.match(text, end, stop)
    end = spot.end() if spot else end
    cues = [cue.end() for cue in _CUE.finditer(text, begin, end) if cue.end() - begin <= NEAR]
    begin = max(cues, default=begin)
    lead = _LEAD.match(text[begin:end])
    begin += lead.end() if lead else 0
    return (begin, end) if begin < end else None


def _weight(text: str, *, asked: bool) -> float:
    """Score of an address candidate; 0 where nothing could be delivered there."""
    admin = _BEGINNING.match(text)
    rest = text[admin.end() :] if admin else text
    details, places = len(_DETAIL.findall(rest)), len(_PLACE.findall(rest))
    if _FLOOR.fullmatch(rest):
        return 0.0
    parts = details + places + (1 if rest != text else 0)
    if details and (parts >= 2 or (asked and len(text) <= 10)):
        return 0.85 if asked else 0.8
    if asked and places and parts >= 2:
        return 0.7
    return 0.55 if asked and _PLACE.fullmatch(rest) and len(rest) >= 3 else 0.0


def _of_company(line: Line, found: Found, places: Sequence[str]) -> bool:
    around = line.text[max(0, found.start - 12) : found.end + 6]
    if any(place in around for place in places):
        return True
    return line.party is Party.agent and _NOT_HERE.search(line.text[: found.end + 6]) is not None


def _repeats(lines: Sequence[Line], address: str) -> Iterator[Found]:
    """The same words again, whole or by the clauses that carry a detail."""
    pieces = {address, *(piece for piece in _CLAUSE.findall(address) if _DETAIL.search(piece))}
    for line in lines:
        for piece in pieces:
            if len(piece) < 4 or (len(piece) < 7 and not _DETAIL.search(piece)):
                continue
            start = line.text.find(piece)
            while start >= 0:
                yield Found("address", line.index, start, start + len(piece), "repeat", "", None, 0.6)
                start = line.text.find(piece, start + len(piece))
