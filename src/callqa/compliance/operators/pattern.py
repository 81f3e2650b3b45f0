"""``pattern``: words with gaps, value lists, number slots and wildcards, each word compared by sound.

Parameters: ``patterns`` (see ``policy.rules.operators.Pattern``), ``exclude``, ``claims``, ``count``, ``every``, party
and scope. Gaps are counted in spoken characters; fillers are not counted. The score is the mean of its words'.
Unsure: one of its words is unsure (see ``phrase``).
Measured as the only operator of the starting policies' rules (``scripts/bench_operators.py --split dev``, 62 labelled
calls): precision 100 %, recall 66 % of 113, 0.4 % left open; at CER 20 % 100 %, 45 %, 0.7 %. On the three products whose
calls the patterns were not written from, recall is 46 %, on the other three 88 %.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from callqa.compliance.answer import Hit, Truth, both
from callqa.compliance.numbers import Mention, mentions
from callqa.compliance.operators.context import Context, Found, apart, in_order, without
from callqa.compliance.sound.dial import INSERTED
from callqa.compliance.view import CallView
from callqa.policy.rules.operators import Pattern, PatternPart, parse_pattern
from callqa.policy.wording import Wording

_CHAINS = 2000
"""Upper bound of partial chains per turn, so that a pattern of many one-character words stays quick."""


_TELEPHONE = 7
_BY_STRENGTH: dict[Truth, int] = {True: 0, None: 1, False: 2}


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    score: float
    sure: bool
    accuses: Truth = True
    literal: bool = False
    """A word of the pattern, not a number."""


def words_of(patterns: tuple[str, ...]) -> Iterator[Wording]:
    """The wordings a pattern needs in the phrase book."""
    for text in patterns:
        for part in parse_pattern(text):
            if part[0] == "words":
                yield from (Wording(text=option) for option in part[1])


def find(op: Pattern, context: Context) -> Found:
    """Every place where one of the patterns was heard."""
    view = context.view
    hits = [
        hit for text in op.patterns for turn in view.turns_of(op.party) for hit in in_turn(text, turn, view)
    ]
    excluded = [hit for wording in op.exclude for hit in view.hits(wording, op.party, joined=False)]
    return without(in_order(hits), excluded)


def in_turn(text: str, turn: int, view: CallView) -> list[Hit]:
    """Places of one pattern in one turn, not overlapping."""
    parts = parse_pattern(text)
    chains: list[tuple[_Piece, ...]] | None = None
    gap = 0
    heard = view.heard[turn]
    for part in parts:
        if part[0] == "gap":
            gap += part[1]
            continue
        pieces = list(_pieces(part, turn, view))
        if chains is None:
            chains = [(piece,) for piece in pieces]
        else:
            room = (heard.insertions >= INSERTED).cumsum().tolist()
            chains = [
                (*chain, piece)
                for chain in chains
                for piece in pieces
                if piece.start >= chain[-1].end and _between(room, chain[-1].end, piece.start) <= gap
            ][:_CHAINS]
        gap = 0
        if not chains:
            return []
    return _apart([_hit(text, chain, turn, view) for chain in chains or ()])


def _between(room: list[int], start: int, end: int) -> int:
    """Tokens between two pieces that are no fillers."""
    return (room[end - 1] if end else 0) - (room[start - 1] if start else 0)


@lru_cache(maxsize=4096)
def _options(words: tuple[str, ...]) -> tuple[Wording, ...]:
    return tuple(Wording(text=word) for word in words)


def _pieces(part: PatternPart, turn: int, view: CallView) -> Iterator[_Piece]:
    if part[0] == "words":
        for option in _options(part[1]):
            for match in view.matches_in(option, turn):
                yield _Piece(match.start, match.end, match.similarity, match.sure, match.accuses, True)
        return
    for mention in mentions(view.heard[turn]):
        number = _is_number_said(mention)
        if part[0] == "phone" and mention.kind == "digits" and not number:
            yield _Piece(mention.start, mention.end, 1.0, mention.firm)
        elif part[0] == "number" and number:
            # 两台 may be the number alone, so that the pattern can go on with its unit
            for end in dict.fromkeys((mention.numerals_end or mention.end, mention.end)):
                yield _Piece(mention.start, end, 1.0, mention.firm)
        elif part[0] == "money" and _is_money(mention):
            yield _Piece(mention.start, mention.end, 1.0, mention.firm)


def _is_number_said(mention: Mention) -> bool:
    """Seven digits one by one and more are a telephone, plate or card, no number."""
    return mention.kind != "digits" or len(mention.text) < _TELEPHONE


def _is_money(mention: Mention) -> bool:
    return mention.kind == "money" or (mention.kind == "number" and mention.values[:1] > (9.0,))


def _hit(text: str, chain: tuple[_Piece, ...], turn: int, view: CallView) -> Hit:
    quote = view.quote(turn, chain[0].start, chain[-1].end)
    return Hit(
        evidence=(quote,),
        span=quote.span,
        turn=turn,
        last_turn=turn,
        sure=all(piece.sure for piece in chain) and view.clear([quote]),
        score=round(sum(piece.score for piece in chain) / len(chain), 3),
        pattern=text,
        accuses=both([piece.accuses for piece in chain]),
        key=text,
        words=tuple(view.quote(turn, p.start, p.end).characters for p in chain if p.literal),
    )


def _apart(hits: list[Hit]) -> list[Hit]:
    """Best heard first, then shortest, none overlapping another.

    What accuses goes before what is shorter: 条款 half heard in 条条框框 must not take the place of 条条框框 itself.
    """
    return list(
        apart(hits, key=lambda h: (not h.sure, _BY_STRENGTH[h.accuses], h.span.duration, h.span.start))
    )
