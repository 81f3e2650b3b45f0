"""Examples a ``similar`` condition or a step learns from: sentences that are it, and sentences that only look like it.

In YAML a mapping of two lists, or a text file that a supervisor can read and add to, named by ``!file``::

    # 说明
    + 您那药先停一停，用我们这个看看
    - 药您可千万不能停，得听大夫的
"""

from typing import Self

from pydantic import model_validator

from callqa.domain import Noun

_LIKE, _UNLIKE = "+", "-"


class Exemplars(Noun):
    """Spoken sentences of both kinds."""

    like: tuple[str, ...] = ()
    """These are it (``+`` in a file)."""
    unlike: tuple[str, ...] = ()
    """These are not, though words are shared: denials, questions, harmless talk (``-`` in a file)."""

    @model_validator(mode="after")
    def _have_sound(self) -> Self:
        for sentence in (*self.like, *self.unlike):
            if not any(character.isalnum() for character in sentence):
                raise ValueError(f"例句“{sentence}”里没有可听的字")
        both = set(self.like) & set(self.unlike)
        if both:
            raise ValueError(f"例句“{min(both)}”既写在像的里面，又写在不像的里面")
        return self

    @property
    def texts(self) -> tuple[str, ...]:
        """All sentences."""
        return (*self.like, *self.unlike)


def read_exemplars(text: str) -> tuple[dict[str, list[str]], list[tuple[int, str]]]:
    """A text file of examples.

    Args:
        text: One sentence per line behind ``+`` or ``-``; ``#`` begins a remark, empty lines count for nothing.

    Returns:
        What ``Exemplars`` is made of, and the lines (from 1) that could not be read, each with what is wrong.
    """
    found: dict[str, list[str]] = {"like": [], "unlike": []}
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        kind = {_LIKE: "like", _UNLIKE: "unlike"}.get(plain[0])
        if kind is None:
            faults.append((number, f"例句要以 + 或 - 开头，写的是“{plain[:12]}”"))
        elif plain[1:].strip():
            found[kind].append(plain[1:].strip())
    return found, faults
