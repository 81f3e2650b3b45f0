"""Sales techniques (销售技巧): the labels, what they mean, how they sound."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from callqa.domain import Noun
from callqa.policy.rubric import Id


class Family(StrEnum):
    """What a technique is good for."""

    product = "产品"
    marketing = "营销"
    closing = "促单"


class Technique(Noun):
    """One label."""

    id: Id
    """Label id; stable, the trained model speaks it."""
    title: Annotated[str, Field(min_length=1)]
    """As people read it, e.g. 产品讲解."""
    family: Family
    """产品, 营销 or 促单."""
    definition: Annotated[str, Field(min_length=1)]
    """What the agent does with such a turn."""
    not_this: str = ""
    """What is often taken for it and is not."""
    examples: tuple[str, ...] = ()
    """Turns that carry the label."""


class Techniques(Noun):
    """All labels, and the words that name products."""

    labels: tuple[Technique, ...] = ()
    """In the order they are shown."""
    product_words: tuple[str, ...] = ()
    """Product and brand words, so that word cutting keeps them whole and the model can look past them."""

    def of(self, family: Family) -> tuple[Technique, ...]:
        """The labels of one family."""
        return tuple(label for label in self.labels if label.family is family)
