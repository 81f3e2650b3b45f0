"""``leak``: a third person's data told: name, home, number, and what is private to them (illness, purchase, marks, claims).

Parameters: ``claims``, ``count``, party and scope. A turn leaks where it speaks of a third person (您楼上那家, 你们单元的老胡,
她那个号) and tells *who* (a surname with what follows it, 姓王的, a door: 八号楼三零一) together with something private
(买了, 糖尿病, 离婚, 赔了 …), or how to reach them (a number of seven digits and more, a plate). The stretch quoted runs
from the person to the last thing told. Compared by characters, except for the numbers.
Measured (``scripts/bench_operators.py --split dev``): precision 100 %, recall 88 % of 8 labelled calls, 3 % left open; at
CER 20 % 100 %, 86 %, 2 %. Of the 86 leaks in ``samples/policies/examples/leak.txt`` 76 % are found and 9 % left open; of
14,800 agent turns of ``samples/corpus`` 0.2 % are found, most of them leaks of a kind, and 0.7 % left open.
Unsure: somebody is named or located and nothing private is told of them, or something private is told of somebody not
named (您楼上那家去年漏过水); or the words' mean probability is below 0.3.

Customers' own data read back (您家三单元六零二，对吧), denials (别人家的我不能说), staff and couriers without a number are none.
"""

import re
from typing import NamedTuple

from callqa.compliance.answer import Hit
from callqa.compliance.numbers import mentions
from callqa.compliance.operators.context import Context, Found
from callqa.compliance.sound import Heard
from callqa.policy.rules.operators import Leak

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文耿阮滕毋荀葛钮窦仇俞"
)
_KIN = (
    "[您你](?:们|家|孩子|闺女|儿子|姑娘)?(?:亲家|舅子|姐夫|妹夫|表[姐哥弟妹]|堂[姐哥弟妹]|前夫|前妻|同桌|班主任|物业经理|班长|学委)"
    "|班上那个|英语课代表|数学课代表|语文课代表|邻居家|楼门的小两口"
)
"""These say by themselves who it is."""
_NEIGHBOUR = (
    "(?:你们|您们?|同一?个?|咱们?|一个)(?:小区|单元|单位|公司|厂|村|班|楼|楼门)|楼上|楼下|隔壁|对门|对面|邻居|街坊|前楼|后楼|前院|后院"
    "|同事|亲戚|同学|您班|你班|隔壁班|班上|村里|街上|桥[东西]|老乡|牌友|哥们|朋友|住您|这片儿"
    "|[一二三四五六七八九十零]{1,3}(?:号楼|栋|单元|楼)?的?那[个位户家]|[一二三四五六七八九十]{1,3}(?:号楼|栋|单元|楼)的(?!您|咱|话|房)"
)
_THIRD = re.compile(
    f"(?:{_KIN}|{_NEIGHBOUR})|[他她](?:家|那个|的|是|手机|电话|儿子|闺女|老伴)?|人家|那户|那家|客户里|别的客户|其他客户|老客户|快递员"
    "|那[个位][^，。]{0,5}(?:客户|老太太|老爷子|大爷)|客户叫|位客户|师傅的?(?:家庭|住址|电话)|那位|给您念一?个|您认识"
)
_NAMED = re.compile(
    f"姓[{_SURNAMES}]|(?:老|小)[{_SURNAMES}](?![板师家实])"
    f"|(?<![百千十])[{_SURNAMES}](?:阿姨|大妈|大姐|大哥|大爷|叔|先生|女士|老师|会计|师傅|家的|老太太|老爷子)"
    f"|(?:叫|有个|那个|的|是|师傅|员|经理|同学|老乡|牌友|亲戚|朋友|同事|认识|叫什么来着|念一?个)(?:叫)?[{_SURNAMES}]"
    "(?!不|是|有|了|的|得|上|下|个|人|价|便|候)[一-鿿]{1,2}"
)
_DIGIT = "[一二三四五六七八九十零〇两幺]"
_DOOR = re.compile(
    f"{_DIGIT}{{1,4}}(?:号楼|栋|幢|单元|号院|楼|号){_DIGIT}{{0,4}}|[一二三四五六七八九]零[一二三四五六七八九]|住您"
)
_PLATE = re.compile("车牌(?:是|号是?)?[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]")
_PRIVATE = re.compile(
    "买了|也买|买的|[买囤]了?[一二两三四五]台|订了|续了|续的|换了|换的|装了|用的(?:就是)?(?:我们|这个)|在我[这们]|是我[给卖办]|我给[办保]|我的客户|得了|得的"
    "|病|瘫|中风|脑梗|手术|癌|糖尿|血压|血糖|甲亢|结节|乳腺|椎间盘|肺气肿|心梗|自闭|抑郁|离婚|赔了|出险|撞了|出了[一二三四五几]回险"
    "|被偷|着火|考了|倒数|不及格|成绩|数学|分数|欠[了着]|一屁股债|存折|存款|退休金|工资|身份证|名下|受益人|保额|保单|投的?保|退了|收入|眼底|聋|残疾|一个人住|自己一个人"
    "|赔过|甲醛超|老咳|上的[一二三四五六七八九]"
)
_HANDED = re.compile(
    "(?:电话|手机|手机号|号码|那个号|地址|住址|资料|保单|单子)[^您，。]{0,3}(?:我?给您|发给?您|念给?您|告诉您|给你|发你|是幺|是一|一[三五八]|幺[三五八]|截个?图)"
    "|把[他她人别][^，。]{0,4}(?:电话|手机|号码|地址|单子|保单)|念念别的客户的电话|截个图"
)
_KINDRED = re.compile(_KIN)
_TELEPHONE = 7
_WITHHELD = re.compile(
    "不能[给告说查透讲]|不[方太]便|不敢|不好[说讲]|没法|不会(?:告诉|跟|往外|说)|保密|不清楚|不知道|本人(?:来|查|授权)"
    "|自己来?(?:办|打|查)|没有他|没有她|看不到|不告诉|名字就不"
)
"""Said beside it: nothing was told after all."""
_REACH = 40
"""Tokens from the person within which something about them is told."""


class _Told(NamedTuple):
    start: int
    end: int
    sure: bool


def find(op: Leak, context: Context) -> Found:
    """Every turn that tells something of a third person's."""
    view = context.view
    hits: list[Hit] = []
    for turn in view.turns_of(op.party):
        told = _told(view.heard[turn])
        if told is None:
            continue
        quote = view.quote(turn, told.start, told.end)
        hits.append(
            Hit(
                evidence=(quote,),
                span=quote.span,
                turn=turn,
                last_turn=turn,
                sure=told.sure and view.clear([quote]),
                score=1.0 if told.sure else 0.5,
                threshold=1.0,
                pattern="他人的信息",
                accuses=True if told.sure else None,
                key="leak",
            )
        )
    return Found(tuple(hits))


def _told(heard: Heard) -> _Told | None:
    """The first third person of whom something is told; sure ones before others."""
    text = heard.characters
    numbers = [m for m in mentions(heard) if m.kind == "digits" and len(m.text) >= _TELEPHONE]
    best: _Told | None = None
    for person in _THIRD.finditer(text):
        low, high = max(0, person.start() - 12), person.start() + _REACH
        named = _NAMED.search(text, low, high)
        door = _DOOR.search(text, low, high)
        private = _PRIVATE.search(text, low, high)
        number = next((m for m in numbers if low <= m.start <= high), None)
        plate = _PLATE.search(text, low, high)
        handed = _HANDED.search(text, low, high)
        kin = _KINDRED.fullmatch(person.group())
        who = named or door or kin
        reach = number is not None or plate is not None or handed is not None
        if not (who or (private and person.group() not in _VAGUE) or reach):
            continue
        sure = reach or (who is not None and private is not None)
        found = [one.span() for one in (person, named, door, private, plate, handed) if one is not None]
        found += [(number.start, number.end)] if number is not None else []
        told = _Told(min(a for a, _ in found), max(b for _, b in found), sure)
        if _WITHHELD.search(text, max(0, told.start - 10), told.end + 12):
            continue
        if sure:
            return told
        if private is not None or named is not None:
            best = best or told
    return best


_VAGUE = frozenset({"他", "她", "人家", "朋友", "老客户"})
"""By themselves these name nobody."""
