"""The labels that the shipped model knows, in their families."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

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


class _ReactionTitles(Mapping[str, str]):
    """The glossary's, fetched at the first look: importing the policy room takes as long as opening a model."""

    @cached_property
    def _titles(self) -> dict[str, str]:
        from callqa.policy.glossary import REACTIONS

        return {reaction.value: title for reaction, title in REACTIONS.items()}

    def __getitem__(self, name: str) -> str:
        return self._titles[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._titles)

    def __len__(self) -> int:
        return len(self._titles)


REACTION_TITLES: Mapping[str, str] = _ReactionTitles()
"""Chinese title of each customer reaction."""


def family_of(label: str) -> str | None:
    """The family of a shipped label, None for a centre's own."""
    return next((family for family, labels in FAMILIES.items() if label in labels), None)
