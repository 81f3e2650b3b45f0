"""Hidden units: they learn what no sum of features can say, and say what each feature counted."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from callqa.techniques.hidden import Hidden, Wiring, train_hidden

WIRING = Wiring(units=16, passes=60, features_left_out=0.1, units_left_out=0.1, at_least=2)


def either_but_not_both(rows: int) -> tuple[csr_matrix, np.ndarray]:
    """Two features, and a label for exactly one of them: no linear score tells it."""
    first, second = np.random.default_rng(1).random((2, rows)) < 0.5
    matrix = csr_matrix(np.column_stack([first, second, np.ones(rows)]).astype(np.float32))
    return matrix, (first != second)[:, None]


@pytest.fixture(scope="module")
def learnt() -> Hidden:
    matrix, truth = either_but_not_both(400)
    return train_hidden(matrix, truth, wiring=WIRING, seed=1)


def test_what_no_sum_of_features_tells_is_learnt(learnt: Hidden) -> None:
    matrix, truth = either_but_not_both(200)
    assert ((learnt.scores(matrix) > 0) == truth).mean() > 0.98


def test_what_features_count_sums_to_the_score(learnt: Hidden) -> None:
    """Without offsets the score is the sum of value × weight; so explanations leave nothing out."""
    bare = learnt._replace(offsets=np.zeros_like(learnt.offsets), out_offsets=np.zeros(1, np.float32))
    row, _ = either_but_not_both(9)
    for number in range(9):
        one = row[number]
        counted = bare.weighed(one.indices, one.data, 0) @ one.data
        assert counted == pytest.approx(bare.scores(one)[0, 0], abs=1e-4)


def test_same_seed_same_units() -> None:
    matrix, truth = either_but_not_both(120)
    again = [train_hidden(matrix, truth, wiring=WIRING, seed=seed).weights for seed in (1, 1, 2)]
    np.testing.assert_array_equal(again[0], again[1])
    assert not np.array_equal(again[0], again[2])


def test_a_feature_seen_too_seldom_weighs_nothing() -> None:
    matrix, truth = either_but_not_both(120)
    rare = np.zeros((120, 1), np.float32)
    rare[7] = 1.0
    hidden = train_hidden(csr_matrix(np.hstack([matrix.toarray(), rare])), truth, wiring=WIRING, seed=1)
    assert not hidden.weights[-1].any()
    assert hidden.weights[0].any()
