from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.chat.confidence import SUPPORTED_FROM, Signs, confidence

SHARE = st.floats(0, 1)
SIGNS = st.builds(Signs, st.none() | SHARE, st.none() | SHARE, SHARE, SHARE, st.booleans())


@given(SIGNS)
def test_confidence_is_a_probability(signs: Signs) -> None:
    assert 0.0 <= confidence(signs) <= 1.0


@given(SIGNS, SHARE)
def test_more_of_the_question_covered_never_lowers_it(signs: Signs, covered: float) -> None:
    lower, higher = sorted((signs.covered, covered))
    assert confidence(signs._replace(covered=lower)) <= confidence(signs._replace(covered=higher))


def test_close_passages_support_and_distant_ones_do_not() -> None:
    close = Signs(best_passage=0.65, best_piece=0.65, covered=0.8, word_match=0.5, words_suffice=False)
    distant = Signs(best_passage=0.25, best_piece=0.28, covered=0.3, word_match=0.2, words_suffice=False)
    assert confidence(distant) < 0.1 < SUPPORTED_FROM < 0.9 < confidence(close)


def test_a_name_of_code_is_supported_by_its_words_alone() -> None:
    signs = Signs(best_passage=0.3, best_piece=0.3, covered=1.0, word_match=0.6, words_suffice=True)
    assert confidence(signs) > SUPPORTED_FROM > confidence(signs._replace(words_suffice=False))
