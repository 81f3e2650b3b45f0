"""Is the standard script followed, are the rules kept: verdicts with evidence, right under recogniser errors."""

from callqa.compliance.checker import Checker, CompliancePolicy, check_compliance, prepare

__all__ = ["Checker", "CompliancePolicy", "check_compliance", "prepare"]
