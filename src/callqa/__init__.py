"""callqa: transcribe, check, tag and score recorded Chinese sales calls, with evidence for every point."""

__version__ = "0.1.0"
