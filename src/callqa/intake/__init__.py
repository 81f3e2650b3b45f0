"""Files and manifests → calls to listen to, and problems to look at."""

from callqa.intake.problem import Intake, Problem
from callqa.intake.read import read_calls

__all__ = ["Intake", "Problem", "read_calls"]
