"""The ordered script against the call's turns, globally.

Each step may be said in several turns, each with a weight (how sure and how like). The best order is the heaviest
chain of (step, turn) pairs in which later steps never stand in earlier turns: the cost of breaking the order is the
weight of what is left out. Steps said only outside the chain are out of order. Dynamic programming over steps, one
running maximum over turns per step: steps × turns time, so 200 steps against 3,000 turns take milliseconds.
"""

import numpy as np
from numpy.typing import NDArray


def heaviest_chain(weights: NDArray[np.float64]) -> list[int | None]:
    """Turn of each step in the heaviest ordered chain.

    Args:
        weights: Shape (steps, turns), 0 where the step is not said in the turn.

    Returns:
        Per step its turn, or None where the step is not part of the chain. Several steps may share a turn.
    """
    steps, turns = weights.shape
    if not turns:
        return [None] * steps
    table = np.zeros((steps + 1, turns), dtype=np.float64)
    for step in range(steps):
        best = np.where(weights[step] > 0, table[step] + weights[step], table[step])
        table[step + 1] = np.maximum.accumulate(np.maximum(best, table[step]))
    chosen: list[int | None] = [None] * steps
    turn = turns - 1
    for step in range(steps - 1, -1, -1):
        value = table[step + 1, turn]
        if table[step, turn] >= value - 1e-9:
            continue
        row = np.where(weights[step] > 0, table[step] + weights[step], -1.0)[: turn + 1]
        turn = int(np.nonzero(row >= value - 1e-9)[0][0])
        chosen[step] = turn
    return chosen
