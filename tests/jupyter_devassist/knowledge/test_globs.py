from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from jupyter_devassist.knowledge.globs import compiled

PARTS = st.sampled_from(["a", "b", "*", "**", "/", "?", "[ab]", "**/", "/**/", "\\*", "a*", "*b"])
NAMES = st.text("ab*", min_size=1, max_size=5)


@settings(max_examples=500)
@given(
    st.lists(PARTS, min_size=1, max_size=9).map("".join),
    st.lists(st.lists(NAMES, min_size=1, max_size=5).map("/".join), min_size=1, max_size=5),
)
def test_a_glob_means_what_it_means_to_pathspec(glob, paths):
    try:
        expected = GitIgnoreSpec.from_lines([glob])
    except ValueError:
        with pytest.raises(ValueError, match=re.escape(repr(glob))):
            compiled([glob])
        return
    rules = compiled([glob])
    assert [rules.match_file(path) for path in paths] == [expected.match_file(path) for path in paths]


@pytest.mark.parametrize(
    "glob, path",
    [
        ("*a" * 40 + "*b", "x/" + "a" * 250 + "c"),
        ("?*" * 40 + "b", "a" * 250),
        ("[ab]*" * 40 + "c", "a" * 250),
        ("**/a/" * 20 + "b", "a/" * 1000 + "c"),
        ("**/*a*a*a/" * 10 + "b", ("a" * 40 + "/") * 50 + "c"),
        ("a/**/b/" * 10 + "c", "a/b/" * 500 + "d"),
    ],
)
@pytest.mark.timeout(30)
def test_no_glob_takes_long(glob, path):
    assert not compiled([glob]).match_file(path)


@pytest.mark.parametrize("glob", ["[z-a]", "!", "\\"])
def test_what_is_no_glob_is_refused_by_its_text(glob):
    with pytest.raises(ValueError, match=re.escape(repr(glob))):
        compiled([glob])


def test_brackets_match_no_slash():
    rules = compiled(["a[!b]c", "x[!y]"])
    assert rules.match_file("adc")
    assert not rules.match_file("a/c")
    assert not rules.match_file("x/")
