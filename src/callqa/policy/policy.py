"""All that the business decides, in one frozen and hashed noun."""

import hashlib
import json
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from callqa.domain import CallFacts, Noun, PolicyRef
from callqa.policy.facts import FactSheet
from callqa.policy.privacy import PrivacyPolicy
from callqa.policy.rubric import Rubric
from callqa.policy.rules import RuleBook
from callqa.policy.script import ScriptBook
from callqa.policy.techniques import Techniques
from callqa.policy.vocabulary import Vocabulary

PartName = Literal["script", "rules", "facts", "techniques", "rubric", "privacy", "vocabulary"]
PARTS: tuple[PartName, ...] = get_args(PartName)


class Header(Noun):
    """``policy.yaml``: which policy this is and what it covers."""

    id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_-]*$")]
    """Stable id of the policy over all its versions."""
    version: Annotated[str, Field(min_length=1, max_length=32)]
    """Version as people name it, e.g. ``2026-11``."""
    title: Annotated[str, Field(min_length=1)]
    """As people read it."""
    valid_from: date
    """First day (local date of the call) it is valid, inclusive."""
    valid_to: date | None = None
    """Last day it is valid, inclusive; None = until replaced."""
    products: tuple[str, ...] = ()
    """Products it covers; empty = all."""
    campaigns: tuple[str, ...] = ()
    """Campaigns or media it covers; empty = all."""
    vocabulary: Vocabulary = Vocabulary()
    """Hot words and prompt for the recogniser."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(
                f"失效日期 valid_to（{self.valid_to}）早于生效日期 valid_from（{self.valid_from}）"
            )
        return self

    def covers(self, call: CallFacts) -> bool:
        """True where day, product and campaign of the call fall under this version.

        What the call does not tell (no product, no time) excludes nothing.
        """
        day = call.started_at.date() if call.started_at else None
        in_time = day is None or (self.valid_from <= day and (self.valid_to is None or day <= self.valid_to))
        product = not self.products or call.product is None or call.product in self.products
        campaign = not self.campaigns or call.campaign is None or call.campaign in self.campaigns
        return in_time and product and campaign


class Policy(Header):
    """Header and all parts; what was loaded is what is hashed, so comments and layout do not matter."""

    script: ScriptBook
    """标准话术."""
    rules: RuleBook
    """违禁语、红线、服务规范."""
    facts: FactSheet
    """Product sheet."""
    techniques: Techniques
    """Labels of 销售技巧."""
    rubric: Rubric
    """评分表."""
    privacy: PrivacyPolicy
    """What to mask."""

    @cached_property
    def _hashes(self) -> dict[str, str]:
        return {name: _sha256(getattr(self, name).model_dump(mode="json")) for name in PARTS}

    def part_hash(self, name: PartName) -> str:
        """SHA-256 of one part, for cache keys that must not change with the other parts."""
        return self._hashes[name]

    @cached_property
    def ref(self) -> PolicyRef:
        """Id, version and hash over header and all parts."""
        header = self.model_dump(mode="json", include=set(Header.model_fields) - set(PARTS))
        return PolicyRef(
            id=self.id, version=self.version, sha256=_sha256({"header": header, "parts": self._hashes})
        )


def _sha256(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
