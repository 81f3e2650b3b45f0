"""Hidden units: they learn what no sum of features can say, and say what each feature counted."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from callqa.techniques import load_model
from callqa.techniques.calibrate import Calibration
from callqa.techniques.head import LINEAR_SHARE, Head
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


def test_a_head_adds_the_units_to_its_linear_scores(learnt: Hidden) -> None:
    """Scores and explanations of a head change by what its units say, and by nothing else."""
    matrix, _ = either_but_not_both(20)
    linear = Head(
        ("both",),
        np.array([[0.3, -0.2, 0.1]], np.float32),
        np.array([0.05], np.float32),
        (Calibration(1.0, 0.0),),
        (0.5,),
    )
    joined = linear._replace(hidden=learnt)
    np.testing.assert_allclose(
        joined.scores(matrix), LINEAR_SHARE * linear.scores(matrix) + learnt.scores(matrix), rtol=1e-6
    )
    row = matrix[0]
    np.testing.assert_allclose(
        joined.weighed(row.indices, row.data, 0),
        LINEAR_SHARE * linear.weights[0, row.indices] + learnt.weighed(row.indices, row.data, 0),
        rtol=1e-6,
    )


def test_the_shipped_model_reads_agents_with_units_and_customers_without() -> None:
    model = load_model(Path(__file__).resolve().parents[2] / "models")
    assert model.agent_head.hidden is not None
    assert model.agent_head.hidden.weights.shape[0] == model.agent_head.weights.shape[1]
    assert model.customer_head.hidden is None
