"""What manifest columns are called, in Chinese and English."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

NAMES = {
    "id": (
        "通话编号 通话id 呼叫编号 录音编号 流水号 通话流水号 会话id 编号 callid id uniqueid uuid sessionid"
    ),
    "file": (
        "录音 录音文件 录音文件名 文件 文件名 录音路径 文件路径 路径 file filename filepath path "
        "recording recordingfile recordfile audio audiofile wav"
    ),
    "agent": (
        "坐席 座席 坐席工号 座席工号 工号 坐席姓名 座席姓名 客服 客服工号 话务员 员工 员工工号 agent "
        "agentid agentname operator employee"
    ),
    "path": "组织 组织路径 组别路径 团队路径 group grouppath teampath orgpath",
    "center": "中心 职场 分公司 公司 center centre site company",
    "department": "部门 部 事业部 department dept division",
    "team": "队 团队 大队 战队 team",
    "squad": "组 小组 班组 组别 squad subgroup",
    "started_at": (
        "开始时间 通话开始时间 通话时间 呼叫时间 拨打时间 录音时间 录音开始时间 接通时间 startedat "
        "starttime begintime start calltime datetime timestamp calldatetime"
    ),
    "date": "日期 通话日期 录音日期 date calldate",
    "time": "时间 时刻 time",
    "direction": "方向 呼叫方向 通话方向 呼叫类型 通话类型 direction calltype calldirection",
    "product": "产品 产品名称 商品 商品名称 product productname",
    "campaign": "媒体 广告媒体 广告 广告来源 来源 渠道 活动 campaign media campaignmedia campaign/media",
    "region": "地区 区域 省份 省 城市 region province city",
    "queue": "队列 技能组 技能队列 queue skillgroup skill",
    "ordered": "成单 是否成单 成交 是否成交 下单 是否下单 ordered sold deal order",
    "amount": "金额 订单金额 成交金额 成单金额 总金额 amount orderamount",
    "cross_sold": "搭销 是否搭销 连带销售 crosssold crosssell",
    "signed_for": "签收 是否签收 签收情况 signedfor signed delivered",
    "parties": "声道 声道布局 声道顺序 channels channellayout parties",
    "left": "左声道 声道1 第一声道 leftchannel channel1",
    "right": "右声道 声道2 第二声道 rightchannel channel2",
    "customer": (
        "客户电话 客户号码 客户手机 客户手机号 手机 手机号 手机号码 电话 电话号码 联系电话 来电号码 "
        "phone phonenumber mobile customerphone customernumber customermobile ani tel"
    ),
    "caller": "主叫 主叫号码 caller callerid callernumber src from",
    "callee": "被叫 被叫号码 callee calleenumber called callednumber dst dnis to",
}
"""Field → column names, the best first; compared without case, spaces, ``_`` and ``-``."""

_NUMBER_WORDS = re.compile(r"电话|手机|号码|phone|mobile|tel(?:$|ephone)|whatsapp|cell", re.IGNORECASE)
_DROP = re.compile(r"[\s_\-]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column is what.

    Attributes:
        known: Field → column number.
        numbers: Further columns that hold telephone numbers and are never kept.
        others: Column number → name, kept as call fields.
        twice: Names of columns that mean a field another column already gives; kept as call fields.
    """

    known: dict[str, int]
    numbers: tuple[int, ...]
    others: dict[int, str]
    twice: tuple[str, ...]


def recognise(header: Sequence[str]) -> Columns:
    """Reads a header row; columns without a name are passed over."""
    plain = [_plain(name) for name in header]
    known: dict[str, int] = {}
    for meaning, names in NAMES.items():
        wanted = [_plain(name) for name in names.split()]
        matching = [number for number, name in enumerate(plain) if name and name in wanted]
        if matching:
            known[meaning] = min(matching, key=lambda number: wanted.index(plain[number]))
    taken = set(known.values())
    others, numbers, twice = {}, [], []
    every_name = {_plain(name) for names in NAMES.values() for name in names.split()}
    for number, name in enumerate(header):
        if number in taken or not plain[number]:
            continue
        if _NUMBER_WORDS.search(name):
            numbers.append(number)
            continue
        others[number] = name.strip()
        if plain[number] in every_name:
            twice.append(name.strip())
    return Columns(known=known, numbers=tuple(numbers), others=others, twice=tuple(twice))


def _plain(name: str) -> str:
    return _DROP.sub("", unicodedata.normalize("NFKC", name)).casefold()
