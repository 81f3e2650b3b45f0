"""Personal data found in a transcript."""

from callqa.domain.evidence import TextSpan
from callqa.domain.noun import Noun
from callqa.domain.timeline import Span


class PersonalData(Noun):
    """One piece: where it is and why it was taken for personal data. Holds no raw text itself."""

    kind: str
    """``mobile``, ``landline``, ``id_number``, ``bank_card``, ``email``, ``wechat``, ``qq``, ``name``,
    ``address`` or ``plate``."""
    turn: int
    """Index of the turn."""
    characters: TextSpan
    """Where in the turn's text."""
    span: Span
    """What to mute in the audio."""
    pattern: str
    """Which pattern found it."""
    context: str = ""
    """The cue words that lifted it, if any."""
    checksum: bool | None = None
    """Result of the checksum; None where the kind has none."""
    score: float
    """0..1, after context and checksum."""
