"""Who reviews what: by place in the tree, language and load."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from callqa.domain import Assignment, AssignmentState, Noun


class Reviewer(Noun):
    """Somebody who reviews, on one day."""

    id: str
    """The person."""
    reach: tuple[tuple[str, ...], ...]
    """Paths of the units whose calls they may see; a call below one of them is within reach."""
    languages: tuple[str, ...]
    """What they understand."""
    minutes: float
    """Room for the day, open work already taken off."""

    def may_take(self, *, agent: str, unit: Sequence[str], language: str) -> bool:
        """Whether a call is within reach, in a language of theirs, and not their own."""
        place = tuple(unit)
        within = any(place[: len(path)] == path for path in self.reach)
        return within and language in self.languages and agent != self.id


class Desk:
    """Reviewers' room while a plan is made."""

    def __init__(self, reviewers: Iterable[Reviewer]) -> None:
        self._reviewers = {one.id: one for one in sorted(reviewers, key=lambda one: one.id)}
        self._left = {name: one.minutes for name, one in self._reviewers.items()}

    @property
    def left(self) -> float:
        """Minutes left altogether."""
        return sum(max(0.0, left) for left in self._left.values())

    def take(
        self,
        minutes: float,
        *,
        agent: str,
        unit: Sequence[str],
        language: str,
        without: Collection[str] = (),
    ) -> str | None:
        """Give work to whoever may take it and has most room left; None where nobody has enough.

        Args:
            minutes: Expected time.
            agent: Whose call.
            unit: Where it belongs.
            language: Spoken.
            without: People who must not get it.
        """
        able = [
            name
            for name, one in self._reviewers.items()
            if name not in without
            and self._left[name] >= minutes
            and one.may_take(agent=agent, unit=unit, language=language)
        ]
        if not able:
            return None
        chosen = min(able, key=lambda name: (-self._left[name], name))
        self._left[chosen] -= minutes
        return chosen


class Move(Noun):
    """An assignment that goes to somebody else."""

    assignment: str
    """Its id."""
    giver: str | None
    """Who had it; None where nobody did."""
    taker: str
    """Who gets it."""


class Place(Noun):
    """What of a call decides who may take it."""

    agent: str
    """Who made it."""
    unit: tuple[str, ...]
    """Where it belongs."""
    language: str
    """Spoken."""


def rebalance(
    assignments: Iterable[Assignment], *, reviewers: Iterable[Reviewer], places: Mapping[str, Place]
) -> list[Move]:
    """Even out open work: what lies with nobody, with somebody who left, or beyond somebody's room, goes to others.

    Claimed and finished work stays where it is. Work within its reviewer's room stays too, so running this twice
    moves nothing the second time.

    Args:
        assignments: Of the plan.
        reviewers: Those who are there, with their room for the open work of this plan.
        places: Per call.

    Returns:
        Moves, the most urgent first. Work that nobody has room for is not moved.
    """
    every = sorted(assignments, key=lambda one: (-one.priority, one.id))
    waiting = [one for one in every if one.state is AssignmentState.open]
    people = {one.id: one for one in reviewers}
    room = {name: one.minutes for name, one in people.items()}
    for one in every:
        if one.state is AssignmentState.claimed and one.reviewer in room:
            room[one.reviewer] -= one.minutes
    homeless: list[Assignment] = []
    for one in waiting:
        if one.reviewer in room and room[one.reviewer] >= one.minutes:
            room[one.reviewer] -= one.minutes
        else:
            homeless.append(one)
    desk = Desk(people[name].replace(minutes=left) for name, left in room.items())
    moves = []
    on_call: dict[str, set[str]] = {}
    for one in every:
        if one.reviewer is not None and one not in homeless:
            on_call.setdefault(one.call_id, set()).add(one.reviewer)
    for one in homeless:
        place = places.get(one.call_id)
        if place is None:
            continue
        taken = on_call.setdefault(one.call_id, set())
        taker = desk.take(
            one.minutes,
            agent=place.agent,
            unit=place.unit,
            language=place.language,
            without={*taken, *((one.reviewer,) if one.reviewer else ())},
        )
        if taker is not None:
            taken.add(taker)
            moves.append(Move(assignment=one.id, giver=one.reviewer, taker=taker))
    return moves
