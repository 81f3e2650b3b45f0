"""``response_delay`` and ``no_response``: how long a party takes to answer, or whether it does.

``response_delay``: ``longer_than`` in ms (exclusive) from the end of the other party's turn to the beginning of this
party's; answers that begin before the other has ended take no time.
``no_response``: a turn of the other party that asks (or holds one of ``to``) and is followed neither by this party
nor by the end of the call within ``within`` ms. Where the other party goes on speaking itself, its last turn counts.
Exact for the words' times (98 % within 300 ms with the demo recogniser); whether a turn asks is told by its words.
Unsure: speech of this party was thrown away in the stretch; mono calls.
"""

import re

from callqa.compliance.answer import Hit
from callqa.compliance.operators.context import Context, Found
from callqa.compliance.view import CallView
from callqa.domain import Party, Reading, Span
from callqa.policy.rules.operators import NoResponse, ResponseDelay

_ASKS = re.compile(
    "[吗呢么?？]|多少|什么|怎么|哪里|哪儿|几[天个块年点]|为什么|是不是|能不能|会不会|行不行|可不可以|有没有|喂"
)


def delays(op: ResponseDelay, context: Context) -> Found:
    """Late answers, with the delay in ms as score."""
    view = context.view
    hits: list[Hit] = []
    for index in range(1, len(view.turns)):
        party, other = view.turns[index].party, view.turns[index - 1].party
        if party is other or op.party not in (None, party, Party.unknown):
            continue
        start, end = view.spans[index - 1].end, view.spans[index].start
        if end - start > op.longer_than:
            span = Span(start=start, end=end)
            hits.append(_hit(op, span, index, view))
    return Found(tuple(hits))


def unanswered(op: NoResponse, context: Context) -> Found:
    """Questions that stay without an answer; the turn is the question."""
    view = context.view
    named = {hit.turn for wording in op.to for hit in view.hits(wording, joined=False) if hit.sure}
    hits: list[Hit] = []
    for index, turn in enumerate(view.turns):
        if op.party is not None and turn.party is op.party:
            continue
        if (index not in named) if op.to else not _ASKS.search(turn.text):
            continue
        start = view.spans[index].end
        following = next((i for i in range(index + 1, len(view.turns)) if view.spans[i].end > start), None)
        if following is not None and view.turns[following].party is turn.party:
            if view.spans[following].start - start < op.within:
                continue
            end = view.spans[following].start
        elif following is not None:
            end = view.spans[following].start
        else:
            end = view.duration
        if end - start > op.within:
            hits.append(_hit(op, Span(start=start, end=end), index, view))
    return Found(tuple(hits))


def _hit(op: ResponseDelay | NoResponse, span: Span, turn: int, view: CallView) -> Hit:
    limit = op.longer_than if isinstance(op, ResponseDelay) else op.within
    lost = any(r.span.overlaps(span) and r.reason != "bleed" for r in view.transcript.removed)
    return Hit(
        evidence=(Reading(name=op.op, value=span.duration, unit="ms", span=span), view.turns[turn].quote()),
        span=span,
        turn=turn if isinstance(op, ResponseDelay) else None,
        last_turn=turn if isinstance(op, ResponseDelay) else None,
        sure=not lost and not (op.party is not None and view.mono),
        score=float(span.duration),
        threshold=float(limit),
        pattern=f"{span.duration / 1000:.1f} 秒没有应答",
        key=op.op,
    )
