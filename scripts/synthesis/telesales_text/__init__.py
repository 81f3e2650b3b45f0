"""The language of a telesales hotline: templates, words, and random text around them.

Half of what is drawn follows the templates of ``agent.txt`` and ``customer.txt``; the other half is random words,
digit strings, names, addresses and amounts, because a recogniser trained on templates alone learns the templates by
heart. Every text is split by a hash into training, development and test text, so a sentence of the test set can
never be trained on, whichever run drew it.
"""

from synthesis.telesales_text.corpus import read_clauses
from synthesis.telesales_text.draw import TextSource
from synthesis.telesales_text.lexicon import Lexicon, TextDataError, read_templates
from synthesis.telesales_text.split import PUNCTUATION, Split, normalise, read_reserved, split_of, spoken_part

__all__ = [
    "PUNCTUATION",
    "Lexicon",
    "Split",
    "TextDataError",
    "TextSource",
    "normalise",
    "read_clauses",
    "read_reserved",
    "read_templates",
    "split_of",
    "spoken_part",
]
