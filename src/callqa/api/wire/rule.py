"""Rules' health cards, and corrections as labels."""

from callqa.api.wire.wire import Wire
from callqa.review import RuleHealth


class RuleHealthShown(Wire):
    """A rule's or step's card."""

    title: str
    """As the policy names it."""
    health: RuleHealth
    """Precision with interval, by product and audio quality; whether it is proposed for hints only."""


class HealthShown(Wire):
    """Cards of all rules and steps that people looked at."""

    calls: int
    """Reviewed calls behind them."""
    floor: float
    """Below this precision, and with enough verdicts looked at, a rule is proposed for hints only."""
    rules: tuple[RuleHealthShown, ...]
    """The least precise first."""
