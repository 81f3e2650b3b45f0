"""Train, dev and test: apart by product and by source, written down in ``split.yaml`` beside the corpus."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

from callqa.domain import ModelError
from callqa.techniques.corpus import Row
from callqa.techniques.near import without_near

FILE = "split.yaml"


class Split(NamedTuple):
    """Rows by purpose."""

    train: tuple[Row, ...]
    """To learn from."""
    dev: tuple[Row, ...]
    """To choose with."""
    test: tuple[Row, ...]
    """To measure on; never looked at before."""
    removed: tuple[Row, ...]
    """Rows that sounded like a row of a set that matters more."""

    def of(self, name: str) -> tuple[Row, ...]:
        """``train``, ``dev``, ``test`` or ``all``."""
        return {"train": self.train, "dev": self.dev, "test": self.test}.get(
            name, self.train + self.dev + self.test
        )


def split_rows(rows: Sequence[Row], file: Path | None) -> Split:
    """Deal rows by the split file.

    A row whose source or product is named under ``test`` is a test row, else one named under ``dev`` a dev row,
    else a training row; so a centre's own rows train unless its file says otherwise. Near-duplicates across sets
    are removed from training before dev, from dev before test.

    Args:
        rows: All rows.
        file: The split file; None puts every row into training.

    Raises:
        ModelError: ``split.file`` where it cannot be read.
    """
    if file is None:
        return Split(tuple(rows), (), (), ())
    rules = _rules(file)
    dealt: dict[str, list[Row]] = {"train": [], "dev": [], "test": []}
    for row in rows:
        purpose = next(
            (
                name
                for name in ("test", "dev")
                if row.source in rules[name][0] or row.product in rules[name][1]
            ),
            "train",
        )
        dealt[purpose].append(row)
    train, first = without_near(dealt["train"], [*dealt["dev"], *dealt["test"]])
    dev, second = without_near(dealt["dev"], dealt["test"])
    return Split(tuple(train), tuple(dev), tuple(dealt["test"]), (*first, *second))


def find_split_file(sources: Sequence[Path]) -> Path | None:
    """The first ``split.yaml`` in the given folders."""
    return next((source / FILE for source in sources if (source / FILE).is_file()), None)


def _rules(file: Path) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    try:
        read = YAML(typ="safe").load(file.read_text("utf-8"))
        return {
            name: (
                frozenset(read.get(name, {}).get("sources") or ()),
                frozenset(read.get(name, {}).get("products") or ()),
            )
            for name in ("dev", "test")
        }
    except Exception as error:
        # whatever is wrong with the file, nothing was split by it
        raise ModelError(
            f"划分文件 {file} 读不懂（{type(error).__name__}）。",
            code="split.file",
            hint="请照 samples/corpus/split.yaml 的样子写：dev/test 下面列 sources 和 products。",
        ) from error
