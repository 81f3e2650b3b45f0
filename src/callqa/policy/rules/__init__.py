"""Rules: conditions built from operators, with scopes, joined by all/any/not."""

from callqa.policy.rules.condition import AllOf, AnyOf, Condition, Not, Sum
from callqa.policy.rules.operators import Operator
from callqa.policy.rules.rule import Examples, Id, Rule, RuleBook, Severity
from callqa.policy.rules.scope import Anchor, Scope

__all__ = [
    "AllOf",
    "Anchor",
    "AnyOf",
    "Condition",
    "Examples",
    "Id",
    "Not",
    "Operator",
    "Rule",
    "RuleBook",
    "Scope",
    "Severity",
    "Sum",
]
