"""A quote is found again wherever it went, and called stale only when it is gone."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.knowledge.locating import locate
from jupyter_devassist.knowledge.model import Block, Citation
from jupyter_devassist.values import ChunkId, DocumentId, Span


def cell(cell_id: str, text: str, index: int = 0, first: int = 1) -> Block:
    last = first + text.count("\n")
    return Block(text=text, kind="prose", span=Span(start_line=first, end_line=last, cell_id=cell_id, cell_index=index))


def citation(quote: str, span: Span) -> Citation:
    return Citation(
        marker=1,
        document_id=DocumentId("d"),
        chunk_id=ChunkId("c"),
        path=Path("/course/eda.ipynb"),
        document_kind="notebook",
        heading=(),
        span=span,
        quote=quote,
        score=1.0,
    )


def test_a_quote_that_stands_where_it_did_is_current() -> None:
    block = cell("a", "first\nsecond line\nthird")
    cited = citation("second line", Span(start_line=2, end_line=2, cell_id="a", cell_index=0))
    assert locate(cited, [block]).state == "current"


def test_a_cell_that_was_moved_up_keeps_its_citation_current() -> None:
    cited = citation("kept", Span(start_line=1, end_line=1, cell_id="b", cell_index=5))
    found = locate(cited, [cell("b", "kept", index=0), cell("a", "other", index=1)])
    assert (found.state, found.span.cell_index) == ("current", 0)


def test_lines_added_above_move_the_citation_down() -> None:
    cited = citation("quoted text", Span(start_line=1, end_line=1, cell_id="a", cell_index=0))
    found = locate(cited, [cell("a", "new\nquoted\n   text")])
    assert (found.state, found.span.start_line, found.span.end_line) == ("moved", 2, 3)


def test_a_quote_cut_into_another_cell_is_followed() -> None:
    cited = citation("quoted", Span(start_line=1, end_line=1, cell_id="a", cell_index=0))
    found = locate(cited, [cell("a", "emptied"), cell("z", "quoted", index=1)])
    assert (found.state, found.span.cell_id) == ("moved", "z")


def test_a_quote_over_two_paragraphs_is_found() -> None:
    blocks = [
        Block(text="one end", kind="prose", span=Span(start_line=3, end_line=3)),
        Block(text="next begin", kind="prose", span=Span(start_line=5, end_line=5)),
    ]
    found = locate(citation("end\n\nnext", Span(start_line=3, end_line=5)), blocks)
    assert (found.state, found.span.start_line, found.span.end_line) == ("current", 3, 5)


def test_a_quote_that_was_reworded_is_stale_and_says_so() -> None:
    cited = citation("the median", Span(start_line=1, end_line=1, cell_id="a", cell_index=0))
    found = locate(cited, [cell("a", "the mean")])
    assert found.state == "stale"
    assert found.message == "eda.ipynb has changed since: the quoted text is no longer in it."
    assert found.span == cited.span


@given(st.lists(st.text("ab \t", max_size=6), min_size=1, max_size=8), st.data())
def test_any_run_of_lines_is_found_on_lines_that_hold_it(lines: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, len(lines) - 1))
    quote = "\n".join(lines[first : last + 1])
    span = Span(start_line=first + 1, end_line=last + 1)
    block = Block(text="\n".join(lines), kind="prose", span=Span(start_line=1, end_line=len(lines)))
    found = locate(citation(quote, span), [block])
    if not quote.strip():
        assert found.state == "stale"
        return
    held = " ".join(" ".join(lines[found.span.start_line - 1 : found.span.end_line]).split())
    assert found.state in ("current", "moved")
    assert " ".join(quote.split()) in held
