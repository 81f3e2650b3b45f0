import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from callqa.domain import CallFacts, PolicyError
from callqa.policy import PolicyFaults, load_policies, policy_for

ZONE = timezone(timedelta(hours=8))


def version(root: Path, folder: Path, name: str, *, text: str) -> None:
    copy = root / name
    shutil.copytree(folder, copy)
    (copy / "policy.yaml").write_text(text, encoding="utf-8")


def header(name: str, start: str, *, end: str = "", products: str = "[]", campaigns: str = "[]") -> str:
    last = f"valid_to: {end}\n" if end else ""
    return (
        f'id: heyue\nversion: "{name}"\ntitle: 方案\nvalid_from: {start}\n{last}'
        f"products: {products}\ncampaigns: {campaigns}\n"
    )


@pytest.fixture
def root(tmp_path: Path, folder: Path) -> Path:
    place = tmp_path / "policies"
    place.mkdir()
    version(place, folder, "old", text=header("1", "2026-01-01", end="2026-10-31"))
    version(place, folder, "new", text=header("2", "2026-11-01"))
    version(place, folder, "pillow", text=header("3", "2026-06-01", products="[颈椎枕]"))
    version(place, folder, "tv", text=header("4", "2026-11-10", campaigns="[晚间购物]"))
    return place


def chosen(root: Path, at: str | None, product: str | None = None, campaign: str | None = None) -> str:
    started = datetime.fromisoformat(at).replace(tzinfo=ZONE) if at else None
    call = CallFacts(id="C1", started_at=started, product=product, campaign=campaign)
    return policy_for(load_policies(root), call).version


@pytest.mark.parametrize(
    ("at", "product", "campaign", "expected"),
    [
        ("2026-10-31T23:59:59", "禾悦足疗仪", "早间", "1"),
        ("2026-11-01T00:00:00", "禾悦足疗仪", "早间", "2"),
        ("2026-11-20T10:00:00", "颈椎枕", "早间", "3"),
        ("2026-11-20T10:00:00", "禾悦足疗仪", "晚间购物", "4"),
        ("2026-11-05T10:00:00", "禾悦足疗仪", "晚间购物", "2"),
        ("2026-05-05T10:00:00", "颈椎枕", None, "1"),
        (None, "颈椎枕", "早间", "3"),
    ],
)
def test_the_version_in_force_is_chosen(
    root: Path, at: str | None, product: str | None, campaign: str | None, expected: str
) -> None:
    assert chosen(root, at, product, campaign) == expected


def test_none_in_force(root: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        chosen(root, "2025-12-31T10:00:00", "禾悦足疗仪", "早间")
    assert caught.value.code == "policy.none_in_force"


def test_one_folder_is_one_policy(folder: Path) -> None:
    assert [policy.id for policy in load_policies(folder)] == ["heyue_hotline"]


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policies(tmp_path)
    assert caught.value.code == "policy.missing"


def test_faults_of_all_versions_and_a_version_twice(root: Path, folder: Path) -> None:
    version(root, folder, "twin", text=header("2", "2026-12-01"))
    version(root, folder, "bad", text=header("9", "2026-12-01", end="2026-11-01"))
    with pytest.raises(PolicyFaults) as caught:
        load_policies(root)
    told = str(caught.value)
    assert "早于生效日期" in told
    assert "版本 2 在别的文件夹里已经有了" in told
