"""Sentences told apart by what was learned from examples of both kinds."""

from callqa.compliance.learned.discriminants import Discriminants, Judged, learn
from callqa.compliance.learned.grams import Embedder, stretches_of

__all__ = ["Discriminants", "Embedder", "Judged", "learn", "stretches_of"]
