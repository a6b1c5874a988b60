from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.knowledge.terms import added_terms, build_analyzer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("read_csv and readCsv", {"readcsv", "read", "csv"}),
        ("np.einsum('ij->ji', a)", {"npeinsum", "sign2d3e"}),
        ("class HTTPServer", {"http", "server"}),
        ("what does // do", {"sign2f2f"}),
        ("a @ b", {"sign40"}),
        ("C++ or C#", {"csign2b2b", "csign23"}),
        ("数据分析", {"数据", "据分", "分析"}),
        ("plain words, a sentence. And e-mail", set()),
        ("", set()),
    ],
)
def test_identifiers_operators_and_unspaced_scripts_add_terms(text: str, expected: set[str]) -> None:
    assert set(added_terms(text)) == expected


def test_a_symbol_inside_prose_or_an_address_is_no_operator() -> None:
    assert not [term for term in added_terms("me@home.org pays 5% at http://x") if term.startswith("sign")]


@given(st.text())
def test_every_text_has_terms_without_failing(text: str) -> None:
    assert added_terms(text) == added_terms(text)


def test_words_are_compared_without_case_and_english_endings() -> None:
    assert build_analyzer().analyze("Merging the DataFrames") == ["merg", "the", "datafram"]
