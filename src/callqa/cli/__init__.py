"""The command line: one module per verb."""

from callqa.cli.app import main

__all__ = ["main"]
