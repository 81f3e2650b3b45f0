"""``phrase``: words said, compared by sound.

Parameters: ``words`` (each with its strictness), ``need`` (any, all, none, n different ones), ``exclude``, ``joined``
(may run on over an interruption), ``claims``, ``count``, ``every``, party and scope.
Unsure: the alignment cost lies in the grey zone of ``sound/dial``, or the words' mean probability is below 0.3; for
claims (forbidden talk) also where it is good enough to be heard, not to accuse.
Measured (``scripts/bench_phrases.py``): the table at the head of ``sound/dial``; at CER 20 % recall 97 % heard, 87 %
accusing with another 6 % left to a person. As the only operator of the starting policies' rules
(``scripts/bench_operators.py --split dev``, 62 labelled calls): precision 97 %, recall 56 % of 104, 0.7 % left open; at
CER 20 % 91 %, 51 %, 1.3 %. Lists of words find what was thought of when they were written.
"""

from callqa.compliance.answer import Hit
from callqa.compliance.operators.context import Context, Found, in_order, without
from callqa.policy.rules.operators import Phrase


def find(op: Phrase, context: Context) -> Found:
    """Every place where one of the words was heard."""
    view = context.view
    hits: list[Hit] = []
    for wording in op.words:
        hits.extend(view.hits(wording, op.party, joined=op.joined))
    excluded = [hit for wording in op.exclude for hit in view.hits(wording, op.party, joined=False)]
    return without(in_order(hits), excluded)
