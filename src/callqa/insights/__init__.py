"""Numbers over many calls, and their way out of the house."""

from callqa.insights.export import export
from callqa.insights.queries import Period, open_failures, results_between, reviewed_results

__all__ = ["Period", "export", "open_failures", "results_between", "reviewed_results"]
