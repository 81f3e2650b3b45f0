"""Words of the sentences that explain a score."""

from callqa.domain import StepState

STATES: dict[StepState, str] = {
    StepState.said: "说到了",
    StepState.paraphrased: "意思说到了",
    StepState.out_of_order: "说了，但不在该说的时候",
    StepState.missing: "没有说",
    StepState.wrong_fact: "说了，但内容有误",
    StepState.not_assented: "说了，但客户没有明确同意",
    StepState.unheard: "听不清，不能判定",
    StepState.not_applicable: "不适用于这通电话",
}
FIELDS: dict[str, str] = {
    "agent": "坐席",
    "direction": "呼叫方向",
    "product": "产品",
    "campaign": "广告媒体",
    "region": "地区",
    "queue": "技能组",
    "ordered": "成单",
    "amount": "金额",
    "cross_sold": "搭销",
    "signed_for": "签收",
}


def clock(millis: int) -> str:
    """Place in the recording, ``mm:ss`` (hours where needed)."""
    minutes, seconds = divmod(millis // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def quoted(title: str) -> str:
    """A title in Chinese quotation marks."""
    return f"“{title}”"


def points(value: float) -> str:
    """Points without needless decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def number(value: float, unit: str) -> str:
    """A measured value with its unit as people say it."""
    match unit:
        case "share":
            return f"{value * 100:.0f}%"
        case "ms":
            return f"{value / 1000:.1f} 秒"
        case "characters/min":
            return f"{value:.0f} 字/分"
        case "1/min":
            return f"{value:.1f} 次/分"
        case "count":
            return f"{value:g} 次"
        case _:
            return f"{value:g} {unit}".strip()
