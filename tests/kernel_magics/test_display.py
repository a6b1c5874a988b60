from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel_magics.markdown import to_html
from kernel_magics.places import Places
from kernel_magics.problems import Problem

LINES = {"start_line": 5, "end_line": 7}


class Tags(HTMLParser):
    """Collects tags with their attributes, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def parsed(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


@pytest.mark.parametrize(
    "text, html",
    [
        ("One\ntwo\n\nthree", "<p>One\ntwo</p><p>three</p>"),
        (
            "# Title\n- a\n- **b**\n1. c",
            "<p><strong>Title</strong></p><ul><li>a</li><li><strong>b</strong></li><li>c</li></ul>",
        ),
        ("see [1] and [2]", '<p>see <a href="a.md">[1]</a> and [2]</p>'),
        ("`x[1]` `` a`b ``", "<p><code>x[1]</code> <code>a`b</code></p>"),
        ("<b>&</b>", "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_plain_html(text, html):
    assert to_html(text, {1: "a.md"}) == html


def test_code_is_shown_as_it_is():
    html = to_html("```python\nx = '<b>' # [1]\n\n- y\n```\nafter", {1: "a.md"})
    assert "x = &#x27;&lt;b&gt;&#x27; # [1]\n\n- y</code></pre><p>after</p>" in html


def test_code_that_is_still_growing_is_code_already():
    assert ">x = 1</code></pre>" in to_html("```\nx = 1", {})


@given(st.text(alphabet=st.sampled_from("ab<>&\"'`*[]1#-\n~!()=: /"), max_size=80))
def test_no_text_becomes_a_tag_of_its_own(text):
    tags = parsed(to_html(text, {1: "x.md"}))
    assert {tag for tag, _ in tags.tags} <= {"p", "strong", "em", "ul", "li", "code", "pre", "a"}
    assert {name for _, attributes in tags.tags for name in attributes} <= {"href", "style"}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "course").mkdir()
    return Places(tmp_path, tmp_path / "course")


@pytest.mark.parametrize(
    "path, kind, span, heading, link",
    [
        ("course/03 joins.ipynb", "notebook", {**LINES, "cell_id": "ab-1"}, [], "03%20joins.ipynb#cell-id=ab-1"),
        ("paper.pdf", "pdf", {**LINES, "page": 3}, [], "../paper.pdf#page=3"),
        ("lib/a#b?.py", "code", LINES, ["f"], "../lib/a%23b%3F.py#line=4"),
        ("notes.md", "markdown", LINES, ["Time", "Rolling means"], "../notes.md#Rolling-means"),
        ("notes.md", "markdown", LINES, [], "../notes.md"),
        ("a.docx", "docx", LINES, [], "../a.docx"),
    ],
)
def test_links_lead_from_the_notebooks_folder_to_the_place(places, path, kind, span, heading, link):
    assert places.link(path, kind, span, heading) == link


def test_what_is_typed_is_known_to_the_server_by_its_path_below_the_root(places, tmp_path):
    assert places.below_root("lessons") == "course/lessons"
    assert places.below_root("..") == ""
    assert places.below_root(str(tmp_path / "x.md")) == "x.md"
    with pytest.raises(Problem, match="outside"):
        places.below_root("../..")
