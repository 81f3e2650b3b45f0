"""A policy folder → ``Policy``, or all faults of all files at once."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from callqa.domain import PolicyError
from callqa.policy.facts import FactSheet
from callqa.policy.faults import Fault, PolicyFaults
from callqa.policy.policy import Header, Policy
from callqa.policy.privacy import PrivacyPolicy
from callqa.policy.references import dangling, repeated
from callqa.policy.rubric import Rubric
from callqa.policy.rules import RuleBook
from callqa.policy.script import ScriptBook
from callqa.policy.source import Document
from callqa.policy.techniques import Techniques
from callqa.policy.validation import nearest, validate

HEADER = "policy.yaml"
FILES: dict[str, type[BaseModel]] = {
    "script": ScriptBook,
    "rules": RuleBook,
    "facts": FactSheet,
    "techniques": Techniques,
    "rubric": Rubric,
    "privacy": PrivacyPolicy,
}
_MAY_BE_LEFT_OUT = {"facts", "privacy"}


def load_policy(folder: Path) -> Policy:
    """Read and check a policy folder.

    Args:
        folder: Holds ``policy.yaml`` and one file per part; ``facts.yaml`` and ``privacy.yaml`` may be left
            out (no facts are checked; every kind of personal data is masked).

    Returns:
        The policy.

    Raises:
        PolicyError: The folder is missing.
        PolicyFaults: A ``PolicyError`` with every fault found in any file.
    """
    if not folder.is_dir():
        raise PolicyError(
            f"质检方案文件夹“{folder}”不存在。",
            code="policy.missing",
            hint="请用 callqa init 建一个，或用 --policy 指到已有的方案文件夹。",
        )
    header, faults = validate(_open(folder, HEADER), Header)
    documents = {name: _open(folder, f"{name}.yaml") for name in FILES if _expected(folder, name)}
    parts: dict[str, Any] = {}
    for name, document in documents.items():
        part, found = validate(document, FILES[name])
        parts[name] = part
        faults += found
    twice = repeated(documents)
    if twice:
        faults = [fault for fault in faults if not fault.message.endswith("出现了两次")]
    faults += twice + dangling(documents) + _strangers(folder)
    if faults or header is None:
        raise PolicyFaults(tuple(sorted(faults, key=_order)))
    for name in _MAY_BE_LEFT_OUT - set(parts):
        parts[name] = FILES[name]()
    own = {name: getattr(header, name) for name in Header.model_fields}
    return Policy(**own, **parts)


def _expected(folder: Path, name: str) -> bool:
    return name not in _MAY_BE_LEFT_OUT or (folder / f"{name}.yaml").exists()


def _open(folder: Path, name: str) -> Document:
    path = folder / name
    if path.exists():
        return Document.of(path, str(path))
    document = Document(str(path), "")
    document.faults.append(document.fault((), "缺少这个文件，可以从样例方案里复制一份再改"))
    return document


def _strangers(folder: Path) -> list[Fault]:
    """YAML files that no part reads: most likely a misspelt name."""
    known = {HEADER, *(f"{name}.yaml" for name in FILES)}
    return [
        Fault(
            file=str(path),
            line=1,
            path="",
            message=f"没有哪一部分会读这个文件{nearest(path.name, sorted(known)) or '，请移出方案文件夹'}",
        )
        for path in sorted(folder.iterdir())
        if path.suffix in (".yaml", ".yml") and path.name not in known
    ]


def _order(fault: Fault) -> tuple[int, str, int, str]:
    names = [HEADER, *(f"{name}.yaml" for name in FILES)]
    name = Path(fault.file).name
    return (names.index(name) if name in names else len(names), fault.file, fault.line, fault.path)
