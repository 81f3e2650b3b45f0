"""Is the standard script followed, are the rules kept: verdicts with evidence, right under recogniser errors."""

from callqa.compliance.checker import VERSION, Checker, CompliancePolicy, check_compliance, prepare
from callqa.compliance.examples import ExampleFault, examples, try_dialogue
from callqa.compliance.learned import Embedder
from callqa.compliance.learned.folder import embedder_hash
from callqa.compliance.spoken import as_heard, read_spoken
from callqa.compliance.swapped import swapped_channels

__all__ = [
    "VERSION",
    "Checker",
    "CompliancePolicy",
    "Embedder",
    "ExampleFault",
    "as_heard",
    "check_compliance",
    "embedder_hash",
    "examples",
    "prepare",
    "read_spoken",
    "swapped_channels",
    "try_dialogue",
]
