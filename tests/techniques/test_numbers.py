"""Noise, calibration, thresholds, scores: arithmetic that can be checked by hand."""

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from callqa.domain import Party, Reaction
from callqa.techniques import Row, TechniqueModel, evaluate
from callqa.techniques.baseline import keyword_labels, keyword_reaction
from callqa.techniques.calibrate import (
    best_divisors,
    best_threshold,
    calibration_error,
    choose,
    f1,
    fit_calibration,
    macro_f1,
    sigmoid,
)
from callqa.techniques.measure import Report
from callqa.techniques.noise import Noise
from callqa.techniques.sound import common_syllables


def test_noise_is_repeatable_and_as_strong_as_asked(shipped_rows: tuple[Row, ...]) -> None:
    texts = [row.text for row in shipped_rows[:800]]
    noise = Noise(rate=0.2, seed=3)
    garbled = [noise.garble(text) for text in texts]
    assert garbled == [Noise(rate=0.2, seed=3).garble(text) for text in texts]
    assert garbled != [Noise(rate=0.2, seed=4).garble(text) for text in texts]
    errors = sum(Levenshtein.distance(a, b) for a, b in zip(texts, garbled, strict=True))
    characters = sum("\u4e00" <= character <= "\u9fff" for text in texts for character in text)
    assert 0.17 < errors / characters < 0.22


def test_noise_errs_by_sound_first(shipped_rows: tuple[Row, ...]) -> None:
    syllables = common_syllables()
    noise, kinds = Noise(rate=0.3, seed=5), {"same": 0, "near": 0, "dropped": 0, "inserted": 0}
    for row in shipped_rows[:800]:
        for edit in Levenshtein.editops(row.text, garbled := noise.garble(row.text)):
            if edit.tag == "replace":
                said, heard = row.text[edit.src_pos], garbled[edit.dest_pos]
                kinds["same" if syllables.get(said) == syllables.get(heard) else "near"] += 1
            else:
                kinds["dropped" if edit.tag == "delete" else "inserted"] += 1
    total = sum(kinds.values())
    assert kinds["same"] / total == pytest.approx(0.55, abs=0.06)
    assert kinds["near"] / total == pytest.approx(0.20, abs=0.06)
    assert kinds["dropped"] / total == pytest.approx(0.12, abs=0.04)
    assert kinds["inserted"] / total == pytest.approx(0.13, abs=0.04)


def test_marks_that_only_writers_set_are_not_heard() -> None:
    assert (
        Noise(rate=0.0, seed=1).garble("老款：一年一换；新款，三年一换。")
        == "老款，一年一换，新款，三年一换。"
    )
    assert Noise(rate=0.0, seed=1, keep_marks=False).garble("老款；新款。") == "老款新款"


def test_noise_without_marks_and_without_errors() -> None:
    assert Noise(rate=0.0, seed=1).garble("好，行吗？") == "好，行吗？"
    assert Noise(rate=0.0, seed=1, keep_marks=False).garble("好，行吗？") == "好行吗"
    assert Noise(rate=1.0, seed=1).garble("。") == "。"


def test_platt_finds_the_true_slope() -> None:
    chance = np.random.default_rng(0)
    scores = chance.normal(size=20_000)
    truth = chance.random(20_000) < sigmoid(2.0 * scores - 1.0)
    found = fit_calibration(scores, truth)
    assert found.slope == pytest.approx(2.0, abs=0.1)
    assert found.offset == pytest.approx(-1.0, abs=0.06)
    assert calibration_error(sigmoid(found.slope * scores + found.offset), truth) < 0.02


def test_a_missing_class_calibrates_flat() -> None:
    nothing = fit_calibration(np.array([0.5, 1.0, -1.0]), np.zeros(3, dtype=bool))
    assert nothing.slope == 0.0
    assert sigmoid(np.array([nothing.offset]))[0] == pytest.approx(0.2)
    assert best_threshold(np.array([0.1, 0.9]), np.zeros(2, dtype=bool)) == 0.5


def test_threshold_maximises_f1_and_never_guesses() -> None:
    probability = np.array([0.9, 0.8, 0.45, 0.4, 0.1, 0.05])
    truth = np.array([True, True, True, False, False, False])
    limit = best_threshold(probability, truth)
    assert 0.4 < limit <= 0.45
    assert f1(truth, probability >= limit) == 1.0
    assert best_threshold(np.array([0.01, 0.02, 0.03]), np.array([False, True, True])) >= 0.2


def test_divisors_give_rare_classes_their_due() -> None:
    shares = np.array([[0.6, 0.4], [0.55, 0.45], [0.9, 0.1], [0.95, 0.05], [0.58, 0.42]])
    truth = np.array([[False, True], [False, True], [True, False], [True, False], [False, True]])
    assert macro_f1(truth, choose(shares, [1.0, 1.0])) < 0.5
    divisors = best_divisors(shares, truth)
    assert macro_f1(truth, choose(shares, divisors)) == 1.0
    assert max(divisors) == 1.0


def test_calibration_error_by_hand() -> None:
    probability = np.array([0.95, 0.95, 0.05, 0.05])
    assert calibration_error(probability, np.array([True, True, False, False])) == pytest.approx(0.05)
    assert calibration_error(probability, np.array([True, False, False, False])) == pytest.approx(0.25)
    assert calibration_error(np.array([]), np.array([], dtype=bool)) == 0.0


def test_baseline_by_keywords() -> None:
    assert "price_framing" in keyword_labels("算下来一天才三块钱")
    assert keyword_labels("好的您慢走") == ()
    assert keyword_reaction("我不要了，别打了") is Reaction.reject
    assert keyword_reaction("多少钱一台") is Reaction.ask
    assert keyword_reaction("嗯") is Reaction.neutral


def test_a_report_counts_what_it_says(model: TechniqueModel) -> None:
    rows = [
        Row(text="算下来一天才三块钱，还不到一包烟钱", labels=("price_framing",)),
        Row(text="麻烦您说一下收货地址", labels=()),
        Row(text="天气预报说今天有雨", labels=("price_framing",)),
        Row(text="我不要了，别再打了", party=Party.customer, reaction=Reaction.reject),
    ]
    report = evaluate(rows, model, resamples=50)
    assert report.techniques is not None
    score = next(one for one in report.techniques.labels if one.label == "price_framing")
    assert (score.support, score.precision, score.recall) == (2, 1.0, 0.5)
    assert score.f1 == pytest.approx(2 / 3)
    assert score.low <= score.f1 <= score.high
    assert report.techniques.macro_f1 == pytest.approx(2 / 3), "labels that never occur do not count"
    assert report.techniques.confusions[0].truth == "price_framing"
    assert report.reactions is not None
    assert report.reactions.rows == 1
    assert Report.model_validate_json(report.model_dump_json()) == report
