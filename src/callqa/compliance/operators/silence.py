"""``silence``: nobody speaks.

Parameters: ``longer_than``, ``shorter_than`` (ms, exclusive), ``before`` and ``after`` (who speaks next, who spoke
last), ``edges`` (before the first and after the last turn too), ``count``, scope.
Unsure: recognised speech was thrown away inside the stretch (it may not have been silent). Turns come from recognised
words, so speech the recogniser missed looks like silence; the length is exact to a word's time error (about 300 ms).
Measured (``scripts/bench_operators.py --split dev``): both labelled calls found, none of the other 60; two are few.
"""

from callqa.compliance.answer import Hit
from callqa.compliance.operators.context import Context, Found
from callqa.compliance.view import CallView
from callqa.domain import Party, Reading, Span
from callqa.policy.rules.operators import Silence


def gaps(view: CallView, *, edges: bool) -> list[tuple[Span, Party | None, Party | None]]:
    """Stretches without speech, with who spoke last and who speaks next (None at the edges of the call)."""
    found: list[tuple[Span, Party | None, Party | None]] = []
    end, last = 0, None
    for index, span in enumerate(view.spans):
        party = view.turns[index].party
        if span.start > end and (edges or last is not None):
            found.append((Span(start=end, end=span.start), last, party))
        if span.end >= end:
            end, last = span.end, party
    if edges and end < view.duration:
        found.append((Span(start=end, end=view.duration), last, None))
    return found


def find(op: Silence, context: Context) -> Found:
    """Silences long enough, with their length in ms as score."""
    view = context.view
    hits: list[Hit] = []
    for span, last, following in gaps(view, edges=op.edges):
        length = span.duration
        if length <= op.longer_than or (op.shorter_than is not None and length >= op.shorter_than):
            continue
        if (op.before is not None and following is not op.before) or (
            op.after is not None and last is not op.after
        ):
            continue
        doubtful = any(
            part.span.overlaps(span) for part in view.transcript.removed if part.reason != "bleed"
        ) or (view.mono and (op.before is not None or op.after is not None))
        hits.append(
            Hit(
                evidence=(Reading(name="silence", value=length, unit="ms", span=span),),
                span=span,
                sure=not doubtful,
                score=float(length),
                threshold=float(op.longer_than),
                pattern=f"静默 {length / 1000:.1f} 秒",
                key="silence",
            )
        )
    return Found(tuple(hits))
