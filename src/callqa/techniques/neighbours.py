"""What the model made of the turns around a turn: two looks, because techniques and reactions explain each other.

First look: the customer's reactions, from words alone, then techniques, knowing the reaction before. Second look:
techniques, then reactions, knowing the techniques before and after and the reactions before and after.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from callqa.domain import Party
from callqa.techniques.calibrate import Floats
from callqa.techniques.features import Instance

Places = NDArray[np.int64]
"""Places in a batch; -1 where there is no such turn."""
NEIGHBOUR_WEIGHT = 0.5
"""Weight of a neighbour's probabilities in a row; chosen by holding out one training author at a time."""


class Batch:
    """Turns to be read together, and those next to them that are read only because a turn needs them."""

    def __init__(self, instances: Sequence[Instance]) -> None:
        """Take turns in the order of their calls, so that most neighbours are in the batch already."""
        self.instances = list(instances)
        self._added: dict[Instance, int] = {}

    def of(self, party: Party, *, first: int | None = None) -> Places:
        """Places of a party's turns, among the first so many or all."""
        some = self.instances[:first]
        return np.array([index for index, one in enumerate(some) if one.party is party], dtype=np.int64)

    def near(self, places: Places, party: Party, step: int, *, add: bool = True) -> Places:
        """For each place, the nearest turn of a party before (step -1) or after (1) it, at most two turns away.

        Args:
            places: Places of turns.
            party: Whose turn is wanted.
            step: -1 or 1.
            add: Add a turn that the batch lacks, as far as it is known; else it counts as not there.
        """
        return np.array([self._near(int(place), party, step, add) for place in places], dtype=np.int64)

    def _near(self, place: int, party: Party, step: int, add: bool) -> int:
        one = self.instances[place]
        for far, (who, text) in enumerate(one.after if step > 0 else one.before[::-1], 1):
            if who is not party:
                continue
            there = place + step * far
            if 0 <= there < len(self.instances):
                found = self.instances[there]
                if found.text == text and found.party is party:
                    return there
            if not add:
                return -1
            wanted = one.shifted(step * far)
            if wanted not in self._added:
                self._added[wanted] = len(self.instances)
                self.instances.append(wanted)
            return self._added[wanted]
        return -1


def told_by(probabilities: Floats, places: Places) -> Floats:
    """Columns for a neighbour: its probabilities, and one that says that there is none.

    Args:
        probabilities: ``[batch, labels]``.
        places: ``[rows]`` the neighbour of each row.

    Returns:
        ``[rows, labels + 1]``.
    """
    somebody = places >= 0
    found = np.zeros((len(places), probabilities.shape[1] + 1))
    found[somebody, :-1] = probabilities[places[somebody]]
    found[~somebody, -1] = 1.0
    return found


def beside(text: csr_matrix, *told: Floats) -> csr_matrix:
    """Text rows with the columns of their neighbours behind."""
    dense = csr_matrix(np.hstack(told) * NEIGHBOUR_WEIGHT, dtype=np.float32)
    return csr_matrix(hstack([text, dense], format="csr"), dtype=np.float32)


class Around(NamedTuple):
    """What stands around turns, as places in a batch."""

    agent_before: Places
    agent_after: Places
    customer_before: Places
    customer_after: Places

    @classmethod
    def of(cls, batch: Batch, places: Places, *, add: bool = True) -> "Around":
        """Look around some turns; ``add`` as in ``Batch.near``."""
        return cls(
            *(
                batch.near(places, party, step, add=add)
                for party in (Party.agent, Party.customer)
                for step in (-1, 1)
            )
        )

    def told(self, techniques: Floats, reactions: Floats) -> tuple[Floats, ...]:
        """The columns of the second look.

        Args:
            techniques: ``[batch, labels]``.
            reactions: ``[batch, 6]`` of the first look.
        """
        return (
            told_by(techniques, self.agent_before),
            told_by(techniques, self.agent_after),
            told_by(reactions, self.customer_before),
            told_by(reactions, self.customer_after),
        )
