"""What supervisors put right becomes labelled turns to learn from."""

from collections.abc import Iterable, Sequence

from callqa.domain import Correct, Party, Processed, Reaction, ReviewEvent, Undo
from callqa.techniques.corpus import Row, Said
from callqa.techniques.tag import instances_of

SOURCE = "reviews"
"""Source of rows that come from reviews."""


def corrected_rows(result: Processed, events: Sequence[ReviewEvent]) -> list[Row]:
    """The turns of a call on which a person corrected a technique or a reaction.

    An agent turn keeps the machine's other tags: the reviewer saw them and let them stand. Points that were changed
    say nothing of tags and are not used. A correction taken back, without a turn, or on a turn of the other party
    is left out; of several on one label or turn the last one holds. Corrected wording replaces the recogniser's.

    Args:
        result: The result that was reviewed, masked: nothing else may be trained on.
        events: The events on its scorecard, in order.

    Returns:
        One row per corrected turn, in turn order.
    """
    undone = {event.event for event in events if isinstance(event, Undo)}
    changes: dict[int, list[Correct]] = {}
    for event in events:
        if isinstance(event, Correct) and event.id not in undone and event.turn is not None:
            changes.setdefault(event.turn, []).append(event)
    turns, instances = result.transcript.turns, instances_of(result.transcript)
    rows = []
    for index in sorted(changes):
        if not 0 <= index < len(turns):
            continue
        turn, instance = turns[index], instances[index]
        row = Row(
            text=_wording(changes[index]) or turn.text,
            party=turn.party,
            before=tuple(Said(party=who, text=said) for who, said in instance.before),
            after=tuple(Said(party=who, text=said) for who, said in instance.after),
            product=result.call.product,
            source=SOURCE,
            dialogue=result.call.id,
            position=instance.position,
        )
        if turn.party is Party.agent and any(one.subject == "technique" for one in changes[index]):
            given = [tag.label for tag in result.techniques.tags if tag.turn == index]
            rows.append(row.replace(labels=_labels(given, changes[index])))
        elif turn.party is Party.customer:
            reaction = _reaction(changes[index])
            if reaction is not None:
                rows.append(row.replace(reaction=reaction))
    return rows


def _labels(given: Iterable[str], changes: Sequence[Correct]) -> tuple[str, ...]:
    labels = dict.fromkeys(given)
    for change in changes:
        if change.subject != "technique" or change.present is None:
            continue
        if change.present:
            labels[change.target] = None
        else:
            labels.pop(change.target, None)
    return tuple(labels)


def _reaction(changes: Sequence[Correct]) -> Reaction | None:
    told = [change.label or "" for change in changes if change.subject == "reaction"]
    known = [label for label in told if label in Reaction.__members__]
    return Reaction(known[-1]) if known else None


def _wording(changes: Sequence[Correct]) -> str:
    return next((change.quote for change in reversed(changes) if change.quote.strip()), "")
