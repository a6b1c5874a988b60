from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.builtin.readers.markdown import MarkdownReader
from jupyter_devassist.knowledge.reading import ReadingLimits

LESSON = """\
---
title: not shown
---

# Joining tables

Two tables share a [key](https://example.org/keys "what a key is").

## Inner join

Only rows with a partner stay:

```python
left.merge(right, on="id")

# second paragraph of code
```

- first
  continued

- second

| how | rows |
|---|---|
| inner | 3 |

Setext title
------------

    indented code

<!-- a comment
over lines -->
<p align="center"><img src="x.png"></p>
"""


def test_blocks_keep_their_lines_headings_and_language(read):
    reading = read("joins.md", LESSON)

    assert reading.title == "Joining tables"
    found = [(block.kind, block.span.start_line, block.span.end_line, block.heading[-1]) for block in reading.blocks]
    assert found == [
        ("prose", 7, 7, "Joining tables"),
        ("prose", 11, 11, "Inner join"),
        ("code", 14, 16, "Inner join"),
        ("prose", 19, 22, "Inner join"),
        ("prose", 24, 26, "Inner join"),
        ("code", 31, 31, "Setext title"),
    ]
    code = reading.blocks[2]
    assert (code.language, code.lead) == ("python", "Only rows with a partner stay:")
    assert reading.blocks[0].text == "Two tables share a key."
    assert reading.blocks[3].text == "- first\n  continued\n\n- second"


def test_myst_code_cells_and_notes_are_understood(read):
    code = "```{code-cell} ipython3\n:tags: [hide]\n\nimport os\n```\n"
    text = f"# T\n\n{code}+++\n```{{note}}\nBeware.\n```\n```{{toctree}}\na\n```\n"

    blocks = read("page.md", text).blocks

    assert [(block.kind, block.language, block.text, block.span.start_line) for block in blocks] == [
        ("code", "python", "import os", 6),
        ("prose", None, "Beware.", 10),
    ]


def test_r_markdown_chunks_name_their_language(read):
    blocks = read("page.Rmd", "```{r plot, echo=FALSE}\nplot(x)\n```\n").blocks

    assert [(block.kind, block.language) for block in blocks] == [("code", "r")]


def test_a_heading_with_nothing_below_is_still_found(read):
    blocks = read("outline.md", "# Plan\n\n## First\n\n## Second\n\ntext\n").blocks

    assert [(block.text, block.heading) for block in blocks] == [("First", ("Plan",)), ("text", ("Plan", "Second"))]


def test_other_encodings_are_read(read):
    assert read("a.md", "Größe".encode("utf-16")).blocks[0].text == "Größe"
    assert read("b.md", b"\xef\xbb\xbf# Titel\n\nText").title == "Titel"
    western = read("c.md", "Größe – so".encode("cp1252"))
    assert western.blocks[0].text == "Größe – so"
    assert "Not valid UTF-8 at byte 3" in western.notices[0]


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=400)


@given(
    _ANY_TEXT
    | st.lists(
        st.sampled_from(
            ["# h", "a b", "```py", "```", "", "- x", "> q", "|a|", "|-|", "---", "    c", "<p>", "1. y", "[l](u/v)"]
        ),
        max_size=20,
    ).map("\n".join)
)
def test_any_text_gives_blocks_whose_lines_hold_their_words(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.md"
    lines = text.split("\n")

    for block in MarkdownReader().read(path, text.encode("utf-8", "replace"), ReadingLimits()).blocks:
        here = lines[block.span.start_line - 1 : block.span.end_line]
        assert block.text.strip()
        assert block.text.count("\n") == block.span.end_line - block.span.start_line
        if block.kind == "code":
            for said, written in zip(block.text.split("\n"), here, strict=True):
                assert said.strip().replace("\ufffd", "") in written.replace("\0", "").replace("\ufffd", "")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000, "![](" * 100_000, "[](/ \"" * 100_000, "<a " * 200_000, "<!--" * 200_000, ">" * 200_000,
        "- " * 200_000, "```\n" * 50_000, "a\n=\n" * 20_000, "`" * 200_000, "+++ " * 100_000,
    ],
)  # fmt: skip
@pytest.mark.timeout(30)
def test_hostile_markup_takes_no_longer_than_a_long_text(read, text):

    read("hostile.md", text)
