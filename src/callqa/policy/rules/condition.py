"""How operators are joined: all, any, not, sum, or the name of a condition written elsewhere in the rule."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag

from callqa.domain import Noun
from callqa.policy.rules.operators import Operator
from callqa.policy.wording import Count


class AllOf(Noun):
    """True where every part is."""

    all: Annotated[tuple["Condition", ...], Field(min_length=1)]
    """Parts."""


class AnyOf(Noun):
    """True where one part is."""

    any: Annotated[tuple["Condition", ...], Field(min_length=1)]
    """Parts."""


class Not(Noun):
    """True where the part is false; unsure stays unsure."""

    model_config = ConfigDict(populate_by_name=True)

    not_: Annotated["Condition", Field(alias="not")]
    """The part."""


class Sum(Noun):
    """Hits of several parts added up."""

    sum: Annotated[tuple["Condition", ...], Field(min_length=1)]
    """Parts whose hits are counted."""
    count: Count = Count()
    """How many hits in all."""


_JOINS = {"all": AllOf, "any": AnyOf, "not": Not, "sum": Sum}


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "name"
    if isinstance(value, dict):
        return next((join for join in _JOINS if join in value), "operator")
    return next((join for join, model in _JOINS.items() if isinstance(value, model)), "operator")


Condition = Annotated[
    Annotated[str, Field(min_length=1), Tag("name")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Sum, Tag("sum")]
    | Annotated[Operator, Tag("operator")],
    Discriminator(_kind),
]
"""A name (of a condition of the same rule), a join, or an operator."""

Join = Literal["all", "any", "not", "sum"]

for _model in (AllOf, AnyOf, Not, Sum):
    _model.model_rebuild()


def parts(condition: Condition) -> tuple[Condition, ...]:
    """Direct parts of a join; empty for operators and names."""
    match condition:
        case AllOf(all=inner) | AnyOf(any=inner) | Sum(sum=inner):
            return inner
        case Not(not_=inner_one):
            return (inner_one,)
        case _:
            return ()
