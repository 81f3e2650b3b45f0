"""For all tests."""

import os

import pytest

# The recogniser's arithmetic depends on the processor's instruction set; results kept in files are made with this one.
os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX2")
# Tables are as wide as the terminal; what a cell says must not depend on where the tests run.
os.environ["COLUMNS"] = "200"

from tests.databases import database_url, postgresql, postgresql_server

__all__ = ["database_url", "postgresql", "postgresql_server"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What must stay together in one worker takes minutes there: it starts first, the rest fills the other workers."""
    first = ("page", "samples", "odd sound", "wheel")

    def place(item: pytest.Item) -> int:
        groups = [marker.args[0] for marker in item.iter_markers("xdist_group") if marker.args]
        return min((first.index(group) for group in groups if group in first), default=len(first))

    items.sort(key=place)
