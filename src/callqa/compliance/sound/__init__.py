"""Phrases compared by sound."""

from callqa.compliance.sound.phrases import Match, PhraseBook
from callqa.compliance.sound.tokens import Heard, hear

__all__ = ["Heard", "Match", "PhraseBook", "hear"]
