from __future__ import annotations

from pathlib import Path

from jupyter_devassist.chat.citing import cite
from jupyter_devassist.knowledge.model import Chunk, Passage
from jupyter_devassist.values import ChunkId, DocumentId, Span

TEXT = "first line\nsecond line. Third sentence\nruns on.\nlast"


def passage(span: Span) -> Passage:
    chunk = Chunk(
        id=ChunkId("c"),
        document_id=DocumentId("d"),
        ordinal=0,
        kind="prose",
        language=None,
        heading=("Top", "Below"),
        lead="",
        text=TEXT,
        span=span,
        token_count=12,
    )
    return Passage(
        chunk=chunk,
        path=Path("/notes/a.ipynb"),
        document_kind="notebook",
        score=1.0,
        lexical_rank=1,
        vector_rank=None,
        also_in=(),
    )


def test_lines_are_counted_from_where_the_passage_stands_and_the_cell_is_kept() -> None:
    start = TEXT.index("Third")
    end = TEXT.index("runs on.") + len("runs on.")
    whole = passage(Span(start_line=5, end_line=8, cell_id="abc", cell_index=3))
    citation = cite(2, whole, start, end, 0.51239)
    assert citation.quote == "Third sentence\nruns on."
    assert citation.span == Span(start_line=6, end_line=7, cell_id="abc", cell_index=3)
    assert (citation.marker, citation.score, citation.heading) == (2, 0.5124, ("Top", "Below"))


def test_the_page_of_a_pdf_is_kept() -> None:
    citation = cite(1, passage(Span(start_line=1, end_line=4, page=9)), 0, len("first line"), 1.0)
    assert citation.span == Span(start_line=1, end_line=1, page=9)
