"""For all tests."""

import os
from typing import Any

import pytest

# The recogniser's arithmetic depends on the processor's instruction set; results kept in files are made with this one.
os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX2")
# Tables are as wide as the terminal; what a cell says must not depend on where the tests run.
os.environ["COLUMNS"] = "200"

from tests.databases import database_url, postgresql, postgresql_server
from tests.scored_samples import sample_entries, scored_samples

__all__ = ["database_url", "postgresql", "postgresql_server", "sample_entries", "scored_samples"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that share something costly stay in one worker."""
    from tests.together import Together

    return Together(config, log)
