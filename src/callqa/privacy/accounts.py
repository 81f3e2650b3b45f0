"""E-mail, WeChat and QQ ids, number plates; written and as spoken."""

import re
from collections.abc import Iterator, Sequence

from callqa.privacy.digits import runs
from callqa.privacy.lines import Found, Line, asked_before

_D = "0-9０-９零〇幺一二三四五六七八九"
_EMAIL = re.compile(
    rf"[A-Za-z{_D}](?:[A-Za-z{_D}._\-－]|点|下划线){{1,30}}\s*(?:@|＠|艾特|圈[aAＡ]|爱特|\bat\b)\s*"
    rf"[A-Za-z{_D}网易新浪]{{1,20}}\s*(?:\s*(?:[.．]|点)\s*(?:com|cn|net|org|康姆|康|扣姆|西恩|内特|vip|COM|CN|edu|gov))+",
)
_WECHAT_CUE = re.compile(
    r"(?:微信号?|威信号?|微信名|薇信|加我|VX|vx|V信|v信|微信的?号码?)(?:就?是|叫|为)?[，,：:\s]*"
)
_WECHAT_ID = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{5,19}")
_SPELLED_ID = re.compile(rf"(?:[A-Za-z]|[{_D}]|下划线|杠|减号|[\s，,、])+")
_QQ_CUE = re.compile(
    r"(?:QQ|qq|Q Q|扣扣|企鹅号?|Q号|扣扣号|QQ号码?)(?:号码?)?(?:就?是|为)?[，,：:\s]*", re.IGNORECASE
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}]\s*[A-HJ-NP-Za-hj-np-z]\s*[·.、，,\s]*"
    rf"(?:[A-HJ-NP-Za-hj-np-z0-9０-９零〇幺一二三四五六七八九洞拐两][\s，,]*){{5,6}}(?![A-Za-z0-9{_D}])"
)
_PLATE_CUE = re.compile(r"车牌|牌照|车号|牌号")


def accounts_in(lines: Sequence[Line]) -> list[Found]:
    """All e-mail addresses, WeChat and QQ ids, number plates of a call."""
    return [one for line in lines for one in (*_emails(line), *_plates(lines, line), *_chat(lines, line))]


def _emails(line: Line) -> Iterator[Found]:
    for match in _EMAIL.finditer(line.text):
        cue = "邮箱" if "邮箱" in line.text else "邮件" if "邮件" in line.text else ""
        yield Found("email", line.index, match.start(), match.end(), "email", cue, None, 0.95 if cue else 0.8)


def _plates(lines: Sequence[Line], line: Line) -> Iterator[Found]:
    for match in _PLATE.finditer(line.text):
        cue = _PLATE_CUE.search(line.text) or next(
            (found for one in asked_before(lines, line.index) if (found := _PLATE_CUE.search(one.text))), None
        )
        end = match.start() + len(match[0].rstrip("，, "))
        yield Found(
            "plate",
            line.index,
            match.start(),
            end,
            "plate",
            cue[0] if cue else "",
            None,
            0.95 if cue else 0.75,
        )


def _chat(lines: Sequence[Line], line: Line) -> Iterator[Found]:
    """Ids right behind their cue, or in reply to a question for them."""
    for kind, cue, letters in (("wechat", _WECHAT_CUE, True), ("qq", _QQ_CUE, False)):
        for match in cue.finditer(line.text):
            yield from _id_at(line, match.end(), kind, match[0].strip(), letters=letters)
        asked = next(
            (found for one in asked_before(lines, line.index, reach=2) if (found := cue.search(one.text))),
            None,
        )
        if asked and re.search(
            r"多少|什么|几|报|给|说|是[？?呢\s]*$|号[？?呢\s]*$", asked.string[asked.start() :]
        ):
            yield from _id_at(line, 0, kind, asked[0].strip(), letters=letters, anywhere=True)


def _id_at(
    line: Line, start: int, kind: str, cue: str, *, letters: bool, anywhere: bool = False
) -> Iterator[Found]:
    text = line.text
    if letters:
        match = _WECHAT_ID.search(text, start) if anywhere else _WECHAT_ID.match(text, start)
        if match:
            yield Found(kind, line.index, match.start(), match.end(), "id", cue, None, 0.85)
            return
        spelled = _SPELLED_ID.search(text, start) if anywhere else _SPELLED_ID.match(text, start)
        if spelled and re.match(r"[A-Za-z]", spelled[0].lstrip("，,、 ")) and _length(spelled[0]) >= 6:
            first = spelled.end() - len(spelled[0].lstrip("，,、 "))
            end = spelled.start() + len(spelled[0].rstrip("，,、 "))
            yield Found(kind, line.index, first, end, "spelled", cue, None, 0.8)
            return
    for run in runs(text, line.index):
        near = run.start >= start and (anywhere or run.start - start <= 6)
        if near and 5 <= len(run.digits) <= 12:
            yield Found(kind, line.index, run.start, run.end, "digits", cue, None, 0.8)
            return


def _length(spelled: str) -> int:
    return len(re.sub(r"[\s，,、]", "", spelled.replace("下划线", "_")))
