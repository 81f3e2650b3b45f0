"""Sales techniques of agent turns, reactions of customer turns, stages and moments of calls.

The line: ``load_model`` once per worker, then ``tag_techniques`` or, faster, ``tag_calls``.
``callqa evaluate techniques``: ``read_corpus`` → ``split_rows`` → ``evaluate`` → ``Report``.
``callqa train techniques``: ``train``. ``callqa label``: ``choose_tasks`` → ``write_tasks``, ``read_labelled`` →
``write_rows`` (a file that ``train`` takes as ``reviews`` or ``corpus``). ``callqa models use``: ``use_model``.
"""

from callqa.techniques.corpus import Corpus, Row, Said, read_corpus
from callqa.techniques.corrections import corrected_rows
from callqa.techniques.labelling import Task, choose_tasks, read_labelled, write_rows, write_tasks
from callqa.techniques.labels import FAMILIES, LABELS, REACTION_TITLES, TITLES
from callqa.techniques.measure import Confusion, LabelScore, Report, Scores, evaluate
from callqa.techniques.model import TechniqueModel
from callqa.techniques.people import (
    Comparison,
    LabelCounts,
    Rate,
    TechniqueUse,
    compare_profiles,
    label_counts,
    profile,
    uses_of,
)
from callqa.techniques.persist import in_use, load_model, read_card, use_model
from callqa.techniques.split import Split, find_split_file, split_rows
from callqa.techniques.tag import VERSION, tag_calls, tag_techniques
from callqa.techniques.train import Trained, shipped_corpus, train

__all__ = [
    "FAMILIES",
    "LABELS",
    "REACTION_TITLES",
    "TITLES",
    "VERSION",
    "Comparison",
    "Confusion",
    "Corpus",
    "LabelCounts",
    "LabelScore",
    "Rate",
    "Report",
    "Row",
    "Said",
    "Scores",
    "Split",
    "Task",
    "TechniqueModel",
    "TechniqueUse",
    "Trained",
    "choose_tasks",
    "compare_profiles",
    "corrected_rows",
    "evaluate",
    "find_split_file",
    "in_use",
    "label_counts",
    "load_model",
    "profile",
    "read_card",
    "read_corpus",
    "read_labelled",
    "shipped_corpus",
    "split_rows",
    "tag_calls",
    "tag_techniques",
    "train",
    "use_model",
    "uses_of",
    "write_rows",
    "write_tasks",
]
