import numpy as np

from jupyter_devassist.inference.pooling import pool_spans, unit

OFFSETS = np.array([[0, 3], [4, 8], [8, 9]])
TOKENS = np.array([[1, 0], [0, 2], [0, 4]], dtype=np.float32)


def test_a_span_averages_the_tokens_that_it_touches() -> None:
    vectors = pool_spans(TOKENS, OFFSETS, [(0, 3), (5, 6), (0, 9), (4, 9)])
    diagonal = np.array([1, 6]) / np.sqrt(37)
    np.testing.assert_allclose(vectors, [[1, 0], [0, 1], diagonal, [0, 1]], atol=1e-6)


def test_a_span_between_tokens_or_of_no_length_gives_zeros() -> None:
    assert not pool_spans(TOKENS, OFFSETS, [(3, 4), (2, 2), (9, 20), (6, 1)]).any()


def test_no_spans_and_no_tokens_are_fine() -> None:
    assert pool_spans(TOKENS, OFFSETS, []).shape == (0, 2)
    assert not pool_spans(TOKENS[:0], OFFSETS[:0], [(0, 5)]).any()


def test_unit_scales_to_length_one_and_leaves_zero_alone() -> None:
    np.testing.assert_allclose(unit(np.array([3, 4], dtype=np.float32)), [0.6, 0.8])
    assert not unit(np.zeros(2, dtype=np.float32)).any()
    assert unit(np.ones(2, dtype=np.float32)).dtype == np.float32
