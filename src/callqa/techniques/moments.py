"""Objection → handling → reaction: where a customer doubted, what the agent answered, and what came of it."""

from collections.abc import Mapping, Sequence

from callqa.domain import Moment, Party, Quote, Reaction, ReactionTag, TechniqueTag, Turn

OBJECTIONS = frozenset({Reaction.hesitate, Reaction.reject, Reaction.complain})
"""Reactions that ask for an answer."""
SURE = 0.35
"""An objection must be at least this likely."""
_NODS = frozenset("嗯哦噢啊哎呃唉诶喂好行是对呀吧，。！？…、 ")


def find_moments(
    turns: Sequence[Turn],
    tags: Sequence[TechniqueTag],
    reactions: Sequence[ReactionTag],
    *,
    quotes: Mapping[int, Quote] | None = None,
) -> tuple[Moment, ...]:
    """All moments of a call, in time order.

    An objection is a customer turn that doubts, refuses or complains; its handling is every agent turn up to the
    customer's next turn of substance (a bare 嗯 does not end it). Objections nobody answered are no moments.

    Args:
        turns: The call.
        tags: Its techniques.
        reactions: Its reactions.
        quotes: Quotes of whole turns where they are made already.
    """
    made = quotes or {}
    labels: dict[int, list[str]] = {}
    for tag in tags:
        labels.setdefault(tag.turn, []).append(tag.label)
    reaction_of = {tag.turn: tag for tag in reactions}
    found: list[Moment] = []
    for index, turn in enumerate(turns):
        reaction = reaction_of.get(index)
        if reaction is None or reaction.reaction not in OBJECTIONS or reaction.probability < SURE:
            continue
        moment = _moment(turn, turns[index + 1 :], labels, reaction_of, made)
        if moment is not None:
            found.append(moment)
    return tuple(found)


def _moment(
    objection: Turn,
    after: Sequence[Turn],
    labels: Mapping[int, Sequence[str]],
    reactions: Mapping[int, ReactionTag],
    quotes: Mapping[int, Quote],
) -> Moment | None:
    handling: list[Turn] = []
    answer: Turn | None = None
    for turn in after:
        if turn.party is Party.agent:
            handling.append(turn)
        elif turn.party is Party.customer:
            if not handling:
                # the customer goes on: the later turn starts its own moment if it doubts too
                if not _nod(turn):
                    return None
            elif not _nod(turn) or _nod_is_answer(turn, reactions):
                answer = turn
                break
    if not handling or all(_nod(turn) for turn in handling):
        return None
    used = dict.fromkeys(label for turn in handling for label in labels.get(turn.index, ()))
    outcome = reactions.get(answer.index) if answer else None
    return Moment(
        objection=quotes.get(objection.index) or objection.quote(),
        handling=tuple(quotes.get(turn.index) or turn.quote() for turn in handling),
        labels=tuple(used),
        reaction=(quotes.get(answer.index) or answer.quote()) if answer else None,
        outcome=outcome.reaction if outcome else None,
    )


def _nod(turn: Turn) -> bool:
    return len(turn.text) <= 4 and all(character in _NODS for character in turn.text)


def _nod_is_answer(turn: Turn, reactions: Mapping[int, ReactionTag]) -> bool:
    tag = reactions.get(turn.index)
    return tag is not None and tag.reaction is Reaction.accept
