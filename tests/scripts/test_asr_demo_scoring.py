from hypothesis import given
from hypothesis import strategies as st

from asr_demo.scoring import ErrorRate, edit_distance, matched_pairs
from asr_demo.vocabulary import Vocabulary

TEXT = st.text("一二三四", max_size=12)


def test_distance_counts_the_three_kinds_of_error() -> None:
    assert edit_distance("您好请问", "您好") == 2
    assert edit_distance("您好", "您们好") == 1
    assert edit_distance("您好", "你好") == 1
    assert edit_distance("", "好") == 1


@given(TEXT, TEXT)
def test_distance_is_symmetric_bounded_and_zero_only_for_equals(left: str, right: str) -> None:
    distance = edit_distance(left, right)
    assert distance == edit_distance(right, left)
    assert abs(len(left) - len(right)) <= distance <= max(len(left), len(right))
    assert (distance == 0) == (left == right)


@given(TEXT, TEXT)
def test_matched_pairs_are_equal_characters_in_order_and_belong_to_a_cheapest_alignment(
    left: str, right: str
) -> None:
    pairs = matched_pairs(left, right)
    assert all(left[a] == right[b] for a, b in pairs)
    assert pairs == sorted(pairs)
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    assert len(pairs) + edit_distance(left, right) >= max(len(left), len(right))


def test_error_rate_is_over_all_characters_not_a_mean_of_rates() -> None:
    rate = ErrorRate()
    rate.add("一", "二")
    rate.add("一二三四五六七八九", "一二三四五六七八九")
    assert rate.rate == 0.1
    assert (rate.items, rate.exact) == (2, 1)


def test_vocabulary_has_timestamps_last_and_rounds_times_to_tenths() -> None:
    vocabulary = Vocabulary()
    assert vocabulary.tokens[vocabulary.timestamp(1.23)] == "<|1.20|>"
    assert vocabulary.tokens[vocabulary.timestamp(99)] == "<|30.00|>"
    assert len(vocabulary) - vocabulary.first_timestamp == 1501
    assert (
        vocabulary.decode([*vocabulary.encode("您好。"), vocabulary.end, vocabulary.timestamp(1)]) == "您好。"
    )
