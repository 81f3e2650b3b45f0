"""The labels that the shipped model knows, in their families."""

from collections.abc import Mapping
from types import MappingProxyType

from callqa.policy.glossary import REACTIONS

FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "产品": ("product_explanation", "benefit_framing", "authority", "comparison"),
        "营销": (
            "rapport",
            "needs_discovery",
            "pain_point",
            "social_proof",
            "objection_handling",
            "price_framing",
        ),
        "促单": ("urgency", "closing", "risk_reversal", "cross_sell", "follow_up"),
    }
)
"""Family → labels, in the order of ``techniques.yaml``."""

LABELS: tuple[str, ...] = tuple(label for family in FAMILIES.values() for label in family)
"""All shipped labels."""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "product_explanation": "产品讲解",
        "benefit_framing": "利益呈现",
        "authority": "权威背书",
        "comparison": "对比",
        "rapport": "破冰共情",
        "needs_discovery": "探需",
        "pain_point": "痛点强化",
        "social_proof": "案例见证",
        "objection_handling": "异议处理",
        "price_framing": "价格拆分",
        "urgency": "限时促单",
        "closing": "切单促单",
        "risk_reversal": "消除顾虑",
        "cross_sell": "搭销",
        "follow_up": "预约跟进",
    }
)
"""Chinese title of each shipped label."""

REACTION_TITLES: Mapping[str, str] = MappingProxyType(
    {reaction.value: title for reaction, title in REACTIONS.items()}
)
"""Chinese title of each customer reaction."""


def family_of(label: str) -> str | None:
    """The family of a shipped label, None for a centre's own."""
    return next((family for family, labels in FAMILIES.items() if label in labels), None)
