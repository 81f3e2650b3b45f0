"""What the model must beat: keyword lists per label, and the most frequent label everywhere."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from callqa.domain import Reaction
from callqa.techniques.corpus import Row

KEYWORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "product_explanation": (
            "成分",
            "功能",
            "采用",
            "材质",
            "原理",
            "含有",
            "加热",
            "自动",
            "设计",
            "用法",
            "里面有",
        ),
        "benefit_framing": ("省心", "省事", "方便", "舒服", "轻松", "睡得", "不用再", "踏实", "享受"),
        "authority": ("专家", "认证", "专利", "国家", "央视", "证书", "教授", "检测报告", "权威", "协会"),
        "comparison": ("比别", "不像", "别家", "普通的", "传统", "市面上", "相比", "其他的", "外面的"),
        "rapport": ("辛苦", "理解您", "老乡", "孝顺", "不容易", "有福气", "保重", "注意身体", "年轻"),
        "needs_discovery": (
            "谁用",
            "多久了",
            "平时",
            "有没有",
            "用过",
            "什么情况",
            "多大",
            "哪里不舒服",
            "主要是",
        ),
        "pain_point": ("严重", "后悔", "拖", "耽误", "受罪", "瘫", "住院", "越来越", "再不", "后果"),
        "social_proof": (
            "很多客户",
            "老客户",
            "好多人",
            "都说好",
            "回购",
            "反馈",
            "邻居",
            "卖了",
            "锦旗",
            "好评",
        ),
        "objection_handling": (
            "您担心",
            "我理解",
            "贵不贵",
            "您的顾虑",
            "其实",
            "您觉得贵",
            "没关系",
            "不是的",
            "您放心",
        ),
        "price_framing": ("一天", "每天", "算下来", "平均", "一包烟", "分期", "不到一块", "摊", "一个月才"),
        "urgency": ("最后", "今天", "名额", "截止", "只剩", "马上", "涨价", "限时", "库存", "错过"),
        "closing": ("给您登记", "帮您下单", "给您订", "要几", "安排发货", "定一", "拍", "下单", "要红的还是"),
        "risk_reversal": ("无理由", "退货", "包退", "退款", "试用", "货到付款", "不满意", "赔", "拒收"),
        "cross_sell": ("另外", "再加", "搭配", "套餐", "顺便", "还有一款", "升级", "再带", "一起买"),
        "follow_up": ("再给您打", "回访", "联系您", "明天", "下周", "回电", "过两天", "再联系"),
    }
)
"""The lists a supervisor would write down in an afternoon."""

REACTION_KEYWORDS: Mapping[Reaction, tuple[str, ...]] = MappingProxyType(
    {
        Reaction.reject: ("不要", "不需要", "不买", "算了", "别打", "没兴趣", "挂了"),
        Reaction.complain: ("投诉", "什么态度", "骗", "退钱", "坏了", "太差", "怎么回事"),
        Reaction.hesitate: ("贵", "考虑", "商量", "再说", "怕", "不知道", "犹豫", "再看看"),
        Reaction.ask: ("吗", "多少", "怎么", "什么", "几", "哪", "呢"),
        Reaction.accept: ("好", "行", "可以", "要", "成", "那就"),
    }
)
"""Looked up in this order; the first that hits decides, else neutral."""


def keyword_labels(text: str) -> tuple[str, ...]:
    """Labels whose list holds a word of the text."""
    return tuple(label for label, words in KEYWORDS.items() if any(word in text for word in words))


def keyword_reaction(text: str) -> Reaction:
    """The first reaction whose list holds a word of the text."""
    for reaction, words in REACTION_KEYWORDS.items():
        if any(word in text for word in words):
            return reaction
    return Reaction.neutral


def most_frequent_label(rows: Sequence[Row]) -> str:
    """The commonest technique of labelled rows."""
    counts = Counter(label for row in rows for label in row.labels)
    return counts.most_common(1)[0][0] if counts else ""
