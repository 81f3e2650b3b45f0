"""The standard script against the call."""

from callqa.compliance.script.steps import ScriptReading

__all__ = ["ScriptReading"]
