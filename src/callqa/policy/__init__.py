"""What the business decides: YAML files edited by supervisors → one typed, hashed ``Policy``."""

from callqa.policy.faults import Fault, PolicyFaults
from callqa.policy.load import HEADER, load_policy
from callqa.policy.measures import MEASURES, Measurable
from callqa.policy.policy import PARTS, Header, PartName, Policy
from callqa.policy.tried import not_for
from callqa.policy.versions import load_policies, placed_policies, policy_for, policy_named

__all__ = [
    "HEADER",
    "MEASURES",
    "PARTS",
    "Fault",
    "Header",
    "Measurable",
    "PartName",
    "Policy",
    "PolicyFaults",
    "load_policies",
    "load_policy",
    "not_for",
    "placed_policies",
    "policy_for",
    "policy_named",
]
