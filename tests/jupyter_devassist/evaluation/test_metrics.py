from __future__ import annotations

import math

import pytest

from jupyter_devassist.evaluation.metrics import Scores, mean_scores, ndcg


def test_a_single_relevant_document_counts_by_its_rank() -> None:
    assert ndcg(["a", "b", "c"], {"a": 1}) == 1.0
    assert ndcg(["b", "a", "c"], {"a": 1}) == pytest.approx(1 / math.log2(3))
    assert ndcg(["b", "c", "d"], {"a": 1}) == 0.0


def test_grades_gain_exponentially_and_the_best_order_is_the_measure() -> None:
    gained = (2**1 - 1) / math.log2(2) + (2**2 - 1) / math.log2(4)
    best = (2**2 - 1) / math.log2(2) + (2**1 - 1) / math.log2(3)
    assert ndcg(["b", "x", "a"], {"a": 2, "b": 1}) == pytest.approx(gained / best)


def test_only_the_first_ten_count_and_more_than_ten_relevant_ones_can_be_perfect() -> None:
    relevant = {f"d{number}": 1.0 for number in range(20)}
    assert ndcg(list(relevant), relevant) == 1.0
    assert ndcg([f"x{number}" for number in range(10)] + ["d0"], relevant) == 0.0


def test_grades_of_zero_are_not_relevant() -> None:
    assert ndcg(["a"], {"a": 0}) == 0.0
    assert ndcg([], {}) == 0.0


def test_means_are_over_all_questions_and_an_unanswered_one_counts_as_nothing() -> None:
    relevant = {"r": 1.0}
    sixth = [*"abcde", "r"]
    assert mean_scores([(["r"], relevant), (sixth, relevant), ([], relevant), (["a", "r"], relevant)]) == Scores(
        ndcg_at_10=(1 + 1 / math.log2(7) + 0 + 1 / math.log2(3)) / 4,
        mrr_at_10=(1 + 1 / 6 + 0 + 1 / 2) / 4,
        success_at_1=1 / 4,
        success_at_5=2 / 4,
        success_at_10=3 / 4,
    )


def test_no_question_scores_nothing() -> None:
    assert mean_scores([]).ndcg_at_10 == 0.0
