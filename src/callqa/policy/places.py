"""Where in a policy's files something stands: file and line of a rule's example."""

from pathlib import Path

from callqa.policy.source import Document


class RuleLines:
    """Lines of ``rules.yaml``, read once.

    Args:
        folder: A policy folder that loaded.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "rules.yaml"
        self._document = Document.of(path, str(path))
        rules = self._document.data.get("rules", []) if isinstance(self._document.data, dict) else []
        self._index = {rule.get("id"): number for number, rule in enumerate(rules) if isinstance(rule, dict)}

    def example(self, rule: str, kind: str, number: int) -> str:
        """``rules.yaml:31`` of an example; of its rule where the example has no line of its own."""
        index = self._index.get(rule)
        place = ("rules", index, "examples", kind, number) if index is not None else ()
        return f"{self._document.name}:{self._document.line(place)}"
