from pathlib import Path

import pytest

from callqa.policy import Policy, load_policy

SAMPLE = Path(__file__).parents[2] / "samples" / "policy"


@pytest.fixture(scope="session")
def sample_policy() -> Policy:
    return load_policy(SAMPLE)
