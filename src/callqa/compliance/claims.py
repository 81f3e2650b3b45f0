"""Was it claimed? A phrase that is negated, quoted from others or asked as a question is not the agent's claim.

Reach of a negation: a negator governs the phrase where only links stand between them (能, 会, 说, 保证, 这个, 您 …), or,
for the strong forms (不能保证, 不敢说, 千万别, 不建议 …), anything up to ten characters inside the clause. Two
negators in the chain make a claim again (没有不能治好的). Compounds that merely begin with 不/没/别 (不但, 不用担心,
没问题, 别人) negate nothing. What follows counts too: 根治不了, 根治是不可能的, 根治，这个不行.
"""

import re

_HARD = "。！？!?；;…\n"
_SOFT = "，,、：:"
_NOT_NEGATORS = re.compile(
    "不但|不仅|不光|不只|不止|不单|不管|不论|不过|不然|不瞒您|不好意思|不错|不客气|不一样|不一定非|不得了|不信|不怕|不贵|不难"
    "|不用?(?:担心|怕|犹豫|考虑|操心|愁|着急|多想|客气|再想|花冤枉)|不要(?:担心|怕|犹豫|着急|紧|再想|多想|错过)|不必担心"
    "|别(?:担心|怕|犹豫|着急|急|人|家|的|看|提|说是?您|客气|错过|再犹豫|再想)|特别|级别|分别|区别|个别|性别|差别"
    "|没问题|没关系|没事|没得说|没的说|没想到|对不起|了不起|差不多|要不是?|要不然|非常|除非|非得|无论|无非|无所谓"
    "|([能会要行好可是有])[不没]\\1|可不可以|能否|是否"
)
_NEGATOR = (
    "并不|并非|并没有|从不|从没有?|从来不|从来没有?|绝不|绝非|不|没有|没|别|甭|未|勿|莫|无法|没法|难以|休"
)
_LINK = (
    "能够|能|会|可以|可能|可|敢|是|说|讲|提|保证|承诺|担保|确保|肯定|一定|完全|绝对|真的|真|直接|轻易|随便|擅自|自己|自行|马上|立即|立刻|就|都|也|还|再"
    "|让|给|叫|把|被|对|向|跟|和|用|去|来|有|要|想|算|属于|等于|代表|意味着|认为|觉得|达到|做到|起到|办法|任何|什么|这样|那样|这种|那种|这个|那个|这|那|它"
    "|大夫|医生|专家|教授|主任|我们|咱们|我|咱|您们?|你们?|大家|客户|顾客|老人|产品|仪器|机器|嗯|啊|呃|的|了|过|出|到|地|得|百分之?百|一下|随意|乱|光|老|净|私自|私下|突然|一下子|彻底"
)
_CHAIN = re.compile(f"(?:{_NEGATOR}|{_LINK})*$")
_NEGATORS = re.compile(_NEGATOR)
_STRONG = re.compile(
    "(?:不能|不敢|不会|不可|不可以|无法|没法|没办法|没有办法|不允许|不准|不让|从来不|从不)(?:向|跟|给|对)?(?:您|你|客户|大家|任何人)?(?:保证|承诺|担保|打包票|说|讲|写|宣传|宣称|答应|下结论)"
    "|没说过?|没有说过?|没讲过?|不是说|并不是|并非|不代表|不等于|不意味着|谈不上|说不上|称不上|谁也不敢|谁都不敢|哪敢|怎么敢|怎么能|怎么会|怎么可能|哪能|哪里能|哪有"
    "|不建议|不提倡|不鼓励|不支持|不允许|不主张|不推荐|严禁|禁止|不得|不许|不准|千万别|千万不要|千万不能|可别|可不能|可不要|别(?:当|当成|当作|当是|理解成|理解为|想成|想着|以为|误会成|听成)|切勿|切记不|绝不能|绝对不能|绝对不会|绝不会|坚决不"
)
_STRONG_REACH = 10
_NOT_SO = re.compile("(?:不是说|并不是|并非|不代表|不等于|不意味着|没说过?|没有说过?)$")
"""These deny what follows, a 就能 included: 不是说用完就能好."""
_CORRECTION_REACH = 32
"""Characters after a reported claim in which its correction is looked for."""
_TURNS_BACK = re.compile("但是?|可是|不过|而是|却|所以|因为|只要|就能|就可以|就会|除了|以外|保证您")
_AFTER = re.compile(
    "^(?:[的了吗呢啊这那话种，,、是可就都也肯定]|什么|说法|之类|这个|那个|那种|这种|我们?|咱们?|这边|(?:这|那)?[两俩二几]个?字)*?"
    "(?:不了|不掉|不来|不到位|不可能|不太可能|谈不上|说不上"
    "|(?:不敢|不能|没法|不好|不让|不许|不允许)(?:跟|给|向|对)?(?:您|你|客户)?(?:说|讲|保证|打包票|承诺|答应)"
    "|没有(?:的(?=$|[，,。！!]|我)|这回事|这个|这一说|这一条|这说法|(?=$|[，,。！!]))"
    "|不现实|做不到|不行的?$|不行[，,。！!]|不可信|不能信|别信|是骗|[^，,。！!？?]{0,6}的?[都全就准]是骗|是假的|是违规|是违法|是不对|不允许|不可以|是不存在|不存在|要不得)"
)
_TESTIMONY = re.compile("用了|用过|用完|吃了|吃过|买了|买过|老客户|老顾客|顾客|客户|邻居|用户|患者|病人")
_QUOTED = re.compile(
    "(?:别人|人家|有人|有[些的](?:人|厂家?|商家|公司|产品|店家?)|外面|外边|网上|其他家|其它家|别家|那些人?|他们|骗子|小商家|谁家?)[^。！？!?；;]{0,5}"
    "(?:说|讲|宣传|吹|号称|承诺|声称|忽悠)[^。！？!?；;]{0,8}$"
    "|(?<![跟给和对向瞒根更])(?:您|你|客户|您刚才|你刚才|您是|你是|您的意思是|你的意思是|您这是)(?:是|刚|刚刚|刚才|这边|那边)?(?:问|想问|说|讲|提到|觉得|认为|担心|听说|关心)[^。！？!?；;]{0,8}$"
    "|(?:您|你)的意思是[^。！？!?；;]{0,8}$"
    "|(?:谁|哪家|要是有人|如果有人|凡是|只要是)[^。！？!?；;，,]{0,4}(?:说|讲|告诉|宣传|承诺|答应)[^。！？!?；;]{0,8}$"
)
_REPORTED = re.compile(
    "(?:[他她](?:们|自己|那是|当时)?(?:也|还|就|老|总|是)?|反正|凡是|要是|只要|谁|谁要|谁敢)"
    "(?:说|讲|吹|保证|承诺|答应)[^。！？!?；;]{0,8}$"
)
"""Told of a third person. By itself that may be testimony (他说三个月就断根了); what follows decides."""
_CORRECTED = re.compile(
    "(?:说|讲|弄|搞)(?:得|的)?(?:错|不对|过了)|[乱瞎胡]说|留个?心眼|小心|当心|是骗|骗子|别信|不能信|不可信|不作数|违规|没有这|不是这"
    "|(?:不允许|不让|不许|不能|不敢|不会|不该|不可以)(?:这么|这样|跟您|给您|向您)?(?:说|讲|保证|承诺)"
)
_WHOEVER = re.compile(
    "(?:谁|哪个|要是有人|如果有人|凡是)[^。！？!?；;，,]{0,4}(?:说|讲|告诉|承诺|答应)[^。！？!?；;，,]{0,4}$"
)
"""Between two words of a pattern: the later one is what somebody may have said (分红，谁跟您说稳赚您都别听)."""
_MYSELF = re.compile("我(?!听|知道|明白)[^，,。！!？?听]{0,3}$")
"""我再（跟）您说: the agent's own words, with the 跟 lost or misheard."""
_SCOLDED = re.compile(
    "(?:您|你|他|她|客户)(?:刚才|刚|要|再|就算)?骂(?:我|我们|人|他|她)?(?:是|叫)?[^。！？，,]{0,3}$"
)
"""Words of abuse told of another."""
_UNABLE = re.compile("^(?:不了|不到|不来|不起)")
_ASKS_BEFORE = re.compile(
    f"(?:能不能|会不会|是不是|可不可以|有没有|要不要|想不想|能否|是否|难道|请问)(?:{_LINK})*$"
)
_ASKS_AFTER = re.compile(
    "^[^。！!；;，,？?]{0,8}?(?<!知道)(?<!明白)(?<!清楚)(?<![好行对是])(?<!可以)(?<!了解)(?:吗|(?<![这那什怎多要])么(?=$|[，,。！!？?；;])|[？?])"
)
_TAG = re.compile(
    "(?:知道|明白|清楚|好|行|对|是|可以|了解|懂|是不是|对不对|好不好|行不行|对吧|是吧|好吧)(?:吗|么|吧)?[？?]?$"
)
_ECHO = re.compile("^[^。！!；;，,]{0,3}(?:是吧|是吗|对吧|吗|么|啊|呀|[？?])")


def disclaimed(text: str, start: int, end: int, *, echoes: bool = False) -> str | None:
    """Why the characters ``[start, end)`` of an agent's turn are not a claim, or None where they are.

    Args:
        text: The turn, with or without punctuation.
        start: First character of the phrase.
        end: First character after it.
        echoes: The customer said the same just before.

    Returns:
        ``否定`` …, ``转述`` …, ``反问`` … with the words that decide, in Chinese, or None.
    """
    left = _sentence_before(text, start)
    right = text[end : end + 24]
    clause = re.split(f"[{_SOFT}]", left)[-1]
    return (
        _negated(left, clause, right)
        or _quoted(left)
        or _corrected(left, text[end : end + _CORRECTION_REACH])
        or _asked(clause, right, echoes)
    )


def denied_between(text: str, end: int, start: int) -> str | None:
    """Why a later word of a pattern is not claimed: a negator in the gap before it governs it.

    The gap alone is looked at, so that a negator inside the word before (不用看, 不买) does not count.

    Args:
        text: The turn.
        end: First character after the word before.
        start: First character of the later word.
    """
    unable = _UNABLE.match(text[end:start])
    if unable is not None:
        return f"否定：“{unable.group()}”"
    gap = _sentence_before(text[end:start], start - end)
    told = _WHOEVER.search(gap)
    if told is not None:
        return f"转述：“{told.group()}”"
    return _negated(gap, re.split(f"[{_SOFT}]", gap)[-1], "")


def _sentence_before(text: str, start: int) -> str:
    return re.split(f"[{_HARD}]", text[:start])[-1][-30:]


def _without_compounds(text: str) -> str:
    return _NOT_NEGATORS.sub(lambda found: "＊" * len(found.group()), text)


def _negated(left: str, clause: str, right: str) -> str | None:
    plain = _without_compounds(clause)
    chain = _CHAIN.search(plain)
    if chain is not None:
        words = chain.group()
        negators = _NEGATORS.findall(words)
        if negators:
            return f"否定：“{words}”" if len(negators) % 2 else None
    for strong in _STRONG.finditer(left):
        between = left[strong.end() :]
        turned = _TURNS_BACK.search(between)
        if turned is not None and turned.group().startswith("就") and _NOT_SO.search(strong.group()):
            turned = None
        inside = len(between) <= _STRONG_REACH and turned is None
        if inside and not _NEGATORS.search(_without_compounds(between)):
            return f"否定：“{strong.group()}”"
    found = _AFTER.search(re.split(f"[{_HARD}]", right)[0])
    return f"否定：“{found.group().strip(_SOFT)}”" if found else None


def _quoted(left: str) -> str | None:
    found = _SCOLDED.search(left) or _QUOTED.search(left)
    if found is None or _TESTIMONY.search(found.group()[2:]) or _MYSELF.search(left[: found.start()]):
        return None
    return f"转述：“{found.group()}”"


def _corrected(left: str, right: str) -> str | None:
    """Told of somebody else and put right in the same breath: 他说能除根，那是他说错了."""
    told, corrected = _REPORTED.search(left), _CORRECTED.search(right)
    return (
        f"转述：“{told.group()}”…“{corrected.group()}”"
        if told is not None and corrected is not None
        else None
    )


def _asked(clause: str, right: str, echoes: bool) -> str | None:
    before = _ASKS_BEFORE.search(clause)
    if before is not None:
        return f"询问：“{before.group()}”"
    after = _ASKS_AFTER.search(right)
    if after is not None and not _TAG.search(after.group()):
        return f"询问：“{after.group()}”"
    if echoes:
        echo = _ECHO.search(right)
        if echo is not None:
            return f"反问：重复客户的话“{echo.group()}”"
    return None
