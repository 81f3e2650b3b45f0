"""Sales techniques of agent turns, reactions of customer turns, stages and moments of calls.

Entry points of the line: ``load_model`` once per worker, then ``tag_techniques`` or, faster, ``tag_calls``.
"""

from callqa.techniques.corpus import Corpus, Row, Said, read_corpus
from callqa.techniques.labels import FAMILIES, LABELS, REACTION_TITLES, TITLES
from callqa.techniques.model import TechniqueModel
from callqa.techniques.persist import in_use, load_model, read_card, use_model
from callqa.techniques.tag import VERSION, tag_calls, tag_techniques

__all__ = [
    "FAMILIES",
    "LABELS",
    "REACTION_TITLES",
    "TITLES",
    "VERSION",
    "Corpus",
    "Row",
    "Said",
    "TechniqueModel",
    "in_use",
    "load_model",
    "read_card",
    "read_corpus",
    "tag_calls",
    "tag_techniques",
    "use_model",
]
