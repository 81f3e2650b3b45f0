"""What personal data to look for, mask and mute."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from callqa.domain import Noun


class PersonalKind(StrEnum):
    """Kinds of personal data."""

    mobile = "mobile"
    landline = "landline"
    id_number = "id_number"
    bank_card = "bank_card"
    email = "email"
    wechat = "wechat"
    qq = "qq"
    name = "name"
    address = "address"
    plate = "plate"


class PrivacyPolicy(Noun):
    """What to mask; every kind by default."""

    kinds: tuple[PersonalKind, ...] = tuple(PersonalKind)
    """Kinds to look for."""
    threshold: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5
    """Findings below this score are left alone."""
    mute_margin: Annotated[int, Field(ge=0, le=2000)] = 80
    """Milliseconds muted before and after a finding, against word times that are slightly off."""
    company_numbers: tuple[str, ...] = ()
    """Hotlines and other numbers of the company, in digits; never masked."""
    staff_names: tuple[str, ...] = ()
    """Names that agents introduce themselves with; never masked."""
    places: tuple[str, ...] = ()
    """Place names (company address, exhibition hall) that are never masked."""
    name_cues: tuple[str, ...] = ()
    """Further wordings a name follows, beside the built-in ones, e.g. 收件人写."""
    address_cues: tuple[str, ...] = ()
    """Further wordings an address follows, beside the built-in ones."""
