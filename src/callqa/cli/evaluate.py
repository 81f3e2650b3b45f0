"""``callqa evaluate``: accuracy against labelled calls."""

EXAMPLES = ""


def evaluate() -> None:
    """."""
