"""Which calls a policy being changed is tried on: those that scoring would judge by it."""

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from callqa.domain import CallFacts
from callqa.policy import Policy, load_policy, not_for
from callqa.policy.tried import BEYOND, BEYOND_OTHER

ZONE = timezone(timedelta(hours=8))


@pytest.fixture
def made(tmp_path: Path, folder: Path) -> dict[str, Policy]:
    """A centre with a policy for everything, one for pillows that replaced another, one for water filters, and drafts."""
    heads = {
        "all": ("all", "1", "2026-01-01", "[]"),
        "pillow": ("pillow", "1", "2026-02-01", "[颈椎枕]"),
        "pillow-2": ("pillow", "2", "2026-11-01", "[颈椎枕]"),
        "water": ("water", "1", "2026-03-01", "[净水器, 滤芯]"),
        "pillow-draft": ("pillow", "3", "2026-12-01", "[颈椎枕]"),
        "pillow-wider": ("pillow", "3", "2026-12-01", "[颈椎枕, 滤芯]"),
        "pillow-narrow": ("pillow", "3", "2026-12-01", "[护腰]"),
        "all-draft": ("all", "2", "2026-01-01", "[]"),
        "new": ("belt", "1", "2026-12-01", "[护腰]"),
    }
    found = {}
    for name, (id_, version, start, products) in heads.items():
        copy = tmp_path / "made" / name
        shutil.copytree(folder, copy)
        (copy / "policy.yaml").write_text(
            f'id: {id_}\nversion: "{version}"\ntitle: {id_}方案\nvalid_from: {start}\nproducts: {products}\n',
            encoding="utf-8",
        )
        found[name] = load_policy(copy)
    return found


PUBLISHED = ("all", "pillow", "water", "pillow-2")


def why(
    made: dict[str, Policy], tried: str, product: str | None, day: str, against: str | None
) -> str | None:
    started = datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=ZONE)
    return not_for(
        CallFacts(id="C1", started_at=started, product=product),
        [made[tried]],
        published=[made[name] for name in PUBLISHED],
        against=[made[against]] if against else None,
    )


@pytest.mark.parametrize(
    ("tried", "product", "day", "against", "expected"),
    [
        ("pillow-draft", "颈椎枕", "2026-11-20", "pillow-2", None),
        ("pillow-draft", "颈椎枕", "2026-05-20", "pillow-2", None),  # then version 1 was in force
        ("pillow-draft", "颈椎枕", "2025-05-20", "pillow-2", None),  # before any policy
        ("pillow-draft", "净水器", "2026-11-20", "pillow-2", "归方案“water方案”（water 1）管"),
        ("pillow-draft", "足疗仪", "2026-11-20", "pillow-2", "归方案“all方案”（all 1）管"),
        ("pillow-draft", "净水器", "2025-05-20", "pillow-2", BEYOND),
        ("all-draft", "足疗仪", "2026-11-20", "all", None),
        ("all-draft", "颈椎枕", "2026-11-20", "all", "归方案“pillow方案”（pillow 2）管"),
        # what a draft takes from another policy, it takes only where the other side can judge it, too
        ("pillow-wider", "滤芯", "2026-11-20", "pillow-2", BEYOND_OTHER),
        ("pillow-wider", "滤芯", "2026-11-20", None, None),
        ("pillow-narrow", "颈椎枕", "2026-11-20", "pillow-2", BEYOND),
        ("new", "护腰", "2026-11-20", None, None),
        ("new", "颈椎枕", "2026-11-20", None, "归方案“pillow方案”（pillow 2）管"),
    ],
)
def test_calls_are_those_that_scoring_would_judge_by_it(
    made: dict[str, Policy], tried: str, product: str, day: str, against: str | None, expected: str | None
) -> None:
    assert why(made, tried, product, day, against) == expected


def test_where_nothing_else_is_known_its_own_products_decide(made: dict[str, Policy]) -> None:
    for product, expected in (("颈椎枕", None), (None, None), ("净水器", BEYOND)):
        call = CallFacts(id="C1", started_at=None, product=product)
        assert not_for(call, [made["pillow-draft"]]) == expected
