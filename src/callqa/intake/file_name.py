"""What a file's name says where no manifest does."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

_NUMBER = r"(?P<customer>\+?\d{5,14}|anonymous|unknown)"
_AGENT = r"(?P<agent>[A-Za-z]?\d{2,6})"
_MOMENT = r"(?P<day>20\d{6})[-_T]?(?P<clock>\d{6})"
_WAY = r"(?P<direction>in|out|inbound|outbound|呼入|呼出)"

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (example, re.compile(pattern, re.IGNORECASE))
    for example, pattern in (
        ("20261120-101530_8001_13800000000", rf"{_MOMENT}_{_AGENT}_{_NUMBER}(?:_.*)?"),
        ("8001_13800000000_20261120101530", rf"{_AGENT}_{_NUMBER}_{_MOMENT}(?:_.*)?"),
        (
            "out-13800000000-8001-20261120-101530-1479871234.56",
            rf"{_WAY}-{_NUMBER}-{_AGENT}-{_MOMENT}-(?P<id>[\d.]+)",
        ),
        ("20261120-101530-呼入-8001-C0007", rf"{_MOMENT}[-_]{_WAY}[-_]{_AGENT}[-_](?P<id>[A-Za-z]+[\w.]*)"),
        ("C0007_8001_20261120101530", rf"(?P<id>[A-Za-z]+[A-Za-z0-9]*\d)_{_AGENT}_{_MOMENT}"),
        ("20261120101530_8001", rf"{_MOMENT}_{_AGENT}"),
    )
)
"""Names that telephone systems give, each with an example; tried in this order on the name without its ending."""

_MOBILE = re.compile(r"(?<!\d)\+?(?:86)?0?1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True, slots=True)
class NameFacts:
    """Facts of a file name; empty where the name says nothing.

    Attributes:
        id: Call id; the name itself, with any mobile number replaced by a short hash.
        agent: Agent's number.
        started_at: ``YYYYMMDDhhmmss``, still to be read.
        direction: As written.
        customer: Customer's number as written; must be hashed or dropped.
    """

    id: str
    agent: str = ""
    started_at: str = ""
    direction: str = ""
    customer: str = ""


def name_facts(path: Path) -> NameFacts:
    """Reads a name such as those of ``PATTERNS``; any other name is the call id and nothing else."""
    for _, pattern in PATTERNS:
        match = pattern.fullmatch(path.stem)
        if match:
            found = match.groupdict()
            customer = found.get("customer") or ""
            return NameFacts(
                id=_safe(found.get("id") or path.stem, customer),
                agent=found["agent"],
                started_at=found["day"] + found["clock"],
                direction=found.get("direction") or "",
                customer=customer,
            )
    return NameFacts(id=_safe(path.stem, ""))


def _safe(name: str, customer: str) -> str:
    """The name without telephone numbers; the hash of the whole name keeps it unique."""
    bare = _MOBILE.sub("", name.replace(customer, "") if customer else name)
    if bare == name:
        return name
    return f"{re.sub(r'[-_]{2,}', '_', bare).strip('-_')}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
