"""Is the standard script followed, are the rules kept: verdicts with evidence, right under recogniser errors."""

from callqa.compliance.checker import VERSION, Checker, CompliancePolicy, check_compliance, prepare
from callqa.compliance.swapped import swapped_channels

__all__ = ["VERSION", "Checker", "CompliancePolicy", "check_compliance", "prepare", "swapped_channels"]
