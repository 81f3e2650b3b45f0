"""The command line: one module per verb."""

__all__ = ["main"]


def main() -> None:
    """Entry point of ``callqa``."""
    # a worker process imports the module of the command again before its own: the verbs are not for it
    from callqa.cli.app import main as run

    run()
