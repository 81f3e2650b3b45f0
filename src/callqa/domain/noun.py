"""The one base of every domain model."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """Frozen, unknown fields forbidden; the docstring beneath a field becomes its description."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    def replace(self, **changes: object) -> Self:
        """A validated copy with some fields changed."""
        return type(self).model_validate(
            {**{name: getattr(self, name) for name in type(self).model_fields}, **changes}
        )
