"""Which version of which policy is in force for a call."""

from collections.abc import Sequence
from pathlib import Path

from callqa.domain import CallFacts, PolicyError
from callqa.policy.faults import Fault, PolicyFaults
from callqa.policy.load import HEADER, load_policy
from callqa.policy.policy import Policy


def load_policies(folder: Path, *, published: Path | None = None) -> tuple[Policy, ...]:
    """Every policy of a folder: the folder itself, or its sub-folders that hold a ``policy.yaml``.

    Args:
        folder: One policy, or several dated ones side by side (names do not matter).
        published: Folder of versions that came later; may be missing.

    Returns:
        At least one policy, oldest first.

    Raises:
        PolicyError: No policy there.
        PolicyFaults: All faults of all versions, and two folders with the same id and version.
    """
    return tuple(policy for policy, _ in placed_policies(folder, published=published))


def placed_policies(folder: Path, *, published: Path | None = None) -> tuple[tuple[Policy, Path], ...]:
    """As `load_policies`, each with the folder it was read from."""
    below = [folder] if (folder / HEADER).exists() else _below(folder)
    if not below:
        raise PolicyError(
            f"“{folder}”里没有质检方案（找不到 {HEADER}）。",
            code="policy.missing",
            hint="请用 callqa init 建一个，或用 --policy 指到已有的方案文件夹。",
        )
    if published is not None:
        below += _below(published)
    if len(below) == 1:
        return ((load_policy(below[0]), below[0]),)
    policies: dict[tuple[str, str], tuple[Policy, Path]] = {}
    faults: list[Fault] = []
    for path in below:
        try:
            policy = load_policy(path)
        except PolicyFaults as error:
            faults += error.faults
            continue
        key = (policy.id, policy.version)
        if key in policies:
            message = f"方案 {policy.id} 的版本 {policy.version} 在别的文件夹里已经有了，请换一个版本号"
            faults.append(Fault(file=str(path / HEADER), line=1, path="version", message=message))
        policies[key] = (policy, path)
    if faults:
        raise PolicyFaults(tuple(faults))
    return tuple(sorted(policies.values(), key=lambda one: (one[0].valid_from, one[0].id, one[0].version)))


def _below(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob(f"*/{HEADER}")) if folder.is_dir() else []


def policy_for(policies: Sequence[Policy], call: CallFacts) -> Policy:
    """The policy in force for a call.

    Among the policies whose dates, products and campaigns cover the call, one that names the call's product
    and campaign beats one that is for all; then the one that came into force last wins.

    Args:
        policies: From :func:`load_policies`.
        call: Day (local to the call), product and campaign are looked at; what is unknown excludes nothing.

    Returns:
        The policy.

    Raises:
        PolicyError: None covers the call.
    """
    covering = [policy for policy in policies if policy.covers(call)]
    if not covering:
        raise PolicyError(
            f"通话 {call.id}（{call.day or '日期不明'}，{call.product or '产品不明'}）没有生效的质检方案。",
            code="policy.none_in_force",
            hint="请检查各方案的 valid_from、valid_to、products、campaigns。",
        )
    return max(covering, key=lambda policy: (closeness(policy, call), policy.valid_from))


def policy_named(policies: Sequence[Policy], *, version: str | None, folder: str) -> Policy:
    """The one policy meant by a folder, or by a folder and a version.

    Args:
        policies: From :func:`load_policies`.
        version: As written in ``policy.yaml``, or the policy's id; None where the folder holds one only.
        folder: For the message.

    Raises:
        PolicyError: None or several fit.
    """
    fitting = [one for one in policies if version is None or version in (one.version, one.id)]
    if len(fitting) == 1:
        return fitting[0]
    there = "、".join(f"{one.id} {one.version}" for one in policies)
    what = (
        f"“{folder}”里有 {len(fitting)} 个方案符合" if fitting else f"“{folder}”里没有版本或编号“{version}”"
    )
    raise PolicyError(
        f"{what}（里面有：{there}）。",
        code="policy.which",
        hint=f"请写成 {folder}@版本号，或直接指到那个方案的文件夹。",
    )


def closeness(policy: Policy, call: CallFacts) -> int:
    """How many of product and campaign the policy names for this very call."""
    return (call.product in policy.products) + (call.campaign in policy.campaigns)
