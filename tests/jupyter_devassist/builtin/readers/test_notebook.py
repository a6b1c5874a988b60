from __future__ import annotations

import json
from contextlib import suppress

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.builtin.readers.notebook import NotebookReader
from jupyter_devassist.errors import AssistError, TooLarge, Unreadable
from jupyter_devassist.knowledge.reading import ReadingLimits
from jupyter_devassist.values import Span


def notebook(*cells: dict[str, object], **metadata: object) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)})


def cell(kind: str, source: str | list[str], cell_id: str | None = None, **more: object) -> dict[str, object]:
    made: dict[str, object] = {"cell_type": kind, "source": source, "metadata": {}, **more}
    return made if cell_id is None else {**made, "id": cell_id}


def test_code_carries_its_cell_its_headings_and_the_prose_before_it(read):
    reading = read(
        "course.ipynb",
        notebook(
            cell("markdown", ["# Grouping\n", "\n", "Rows that share a key."], "intro"),
            cell("markdown", "## Means\n\nThe mean of each group:", "means"),
            cell("code", ["\n", "df.groupby('city')\\\n", "  .mean()"], "code-1"),
            cell("code", "%timeit x", "code-2"),
            language_info={"name": "python"},
        ),
    )

    assert reading.title == "Grouping"
    assert reading.language == "python"
    assert [(block.kind, block.text, block.heading, block.lead) for block in reading.blocks] == [
        ("prose", "Rows that share a key.", ("Grouping",), ""),
        ("prose", "The mean of each group:", ("Grouping", "Means"), ""),
        ("code", "df.groupby('city')\\\n  .mean()", ("Grouping", "Means"), "The mean of each group:"),
        ("code", "%timeit x", ("Grouping", "Means"), ""),
    ]
    assert reading.blocks[0].span == Span(start_line=3, end_line=3, cell_id="intro", cell_index=0)
    assert reading.blocks[2].span == Span(start_line=2, end_line=3, cell_id="code-1", cell_index=2)


def test_cells_without_an_id_are_cited_by_their_position_and_it_is_said(read):
    reading = read("old.ipynb", notebook(cell("code", "1"), cell("code", "2")))

    assert [(block.span.cell_id, block.span.cell_index) for block in reading.blocks] == [("cell-0", 0), ("cell-1", 1)]
    assert reading.notices == ("2 of 2 cells have no id; they are cited by their position.",)


def test_outputs_are_read_only_when_asked_for(read):
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["epoch 1\n", "\x1b[31mloss 0.5\x1b[0m\n"]},
        {"output_type": "display_data", "data": {"image/png": "iVBORw0" * 100, "text/plain": "<Figure>"}},
        {"output_type": "error", "ename": "KeyError", "evalue": "'city'", "traceback": []},
    ]
    content = notebook(cell("code", "train()", "a", outputs=outputs))

    assert [block.kind for block in read("run.ipynb", content).blocks] == ["code"]
    output = read("run.ipynb", content, ReadingLimits(include_outputs=True)).blocks[1]
    assert output.kind == "output"
    assert output.text == "epoch 1\nloss 0.5\n<Figure>\nKeyError: 'city'"
    assert output.span.cell_id == "a"


def test_attachments_and_embedded_pictures_leave_no_trace(read):
    picture = "![plot](data:image/png;base64," + "iVBORw0KGgo" * 500 + ")"
    content = notebook(
        cell("markdown", f"Look: {picture} done", "a", attachments={"x.png": {"image/png": "QUJD" * 999}})
    )

    assert [block.text for block in read("pictures.ipynb", content).blocks] == ["Look: plot done"]


def test_a_cell_magic_names_the_language(read):
    content = notebook(
        cell("code", "%%bash\nls", "a"), cell("code", "%%time\nf()", "b"), language_info={"name": "python"}
    )

    assert [block.language for block in read("magic.ipynb", content).blocks] == ["bash", "python"]


def test_notebooks_of_format_3_are_upgraded_and_keep_their_place_between_reads(read):
    old = {
        "nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "x"},
        "worksheets": [{"metadata": {}, "cells": [
            {"cell_type": "heading", "level": 1, "source": "Old title", "metadata": {}},
            {"cell_type": "code", "input": "print(1)", "outputs": [], "language": "python", "metadata": {}},
        ]}],
    }  # fmt: skip
    content = json.dumps(old)

    reading = read("old.ipynb", content)

    assert reading == read("old.ipynb", content)
    assert [(block.text, block.heading, block.span.cell_id) for block in reading.blocks] == [
        ("print(1)", ("Old title",), "cell-1")
    ]


def test_one_broken_cell_does_not_lose_the_others(read):
    reading = read("mixed.ipynb", notebook(cell("code", "1", "a"), {"cell_type": 3}, cell("code", "2", "b")))

    assert [block.text for block in reading.blocks] == ["1", "2"]
    assert reading.notices[0].startswith("Cell 2 is not a valid cell and was left out")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (notebook(cell("code", "x = 1", "a")).encode()[:-20], "is not a complete notebook"),
        (b"[]", "is not a complete notebook"),
        (b"{}", "is not a notebook"),
        (b"not json", "is not a complete notebook"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "holds binary data"),
        (b'{"cells": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "is nested too deeply"),
        (
            b'{"nbformat": 4, "cells": [], "metadata": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
            "is nested too deeply",
        ),
    ],
)
def test_what_is_no_notebook_gives_its_reason_and_file(read, content, reason):
    with pytest.raises(Unreadable, match=reason) as caught:
        read("bad.ipynb", content)
    assert "bad.ipynb" in caught.value.message


def test_a_deep_output_does_not_lose_the_cells(read):
    deep = '{"a":' * 300 + "1" + "}" * 300
    content = notebook(cell("code", "x = 1", "a", outputs=[{"output_type": "x", "data": {"y": "DEEP"}}]))

    reading = read("deep.ipynb", content.replace('"DEEP"', deep), ReadingLimits(include_outputs=True))

    assert reading.blocks[0].text == "x = 1"


def test_western_text_is_read_with_a_notice(read):
    content = json.dumps(json.loads(notebook(cell("markdown", "Größe", "a"))), ensure_ascii=False).encode("latin-1")

    reading = read("latin.ipynb", content)

    assert reading.blocks[0].text == "Größe"
    assert "Not valid UTF-8" in reading.notices[0]


def test_too_many_cells_are_refused(read):
    with pytest.raises(TooLarge, match="has 6 cells, more than the 5 that are read"):
        read("long.ipynb", notebook(*[cell("code", "1", str(at)) for at in range(6)]), ReadingLimits(cells=5))


def test_too_much_text_is_cut_with_a_notice(read):
    content = notebook(*[cell("code", "x" * 60, str(at)) for at in range(5)])

    reading = read("long.ipynb", content, ReadingLimits(characters=150))

    assert len(reading.blocks) == 2
    assert reading.notices == ("Only the first 2 of 5 cells were read: the text is too long.",)


def test_huge_outputs_cost_nothing_when_they_are_not_wanted(read):
    outputs = [{"output_type": "display_data", "data": {"image/png": "A" * 20_000_000}}]

    reading = read("plots.ipynb", notebook(cell("code", "plot()", "a", outputs=outputs)))

    assert [block.text for block in reading.blocks] == ["plot()"]


_SOURCES = st.lists(st.tuples(st.sampled_from(["code", "markdown", "raw"]), st.text(max_size=200)), max_size=8)


@given(_SOURCES)
def test_every_block_stands_in_the_lines_it_names(tmp_path_factory, cells):
    written = nbformat.v4.new_notebook(cells=[getattr(nbformat.v4, f"new_{kind}_cell")(text) for kind, text in cells])
    path = tmp_path_factory.getbasetemp() / "any.ipynb"

    reading = NotebookReader().read(path, nbformat.writes(written).encode("utf-8", "surrogatepass"), ReadingLimits())

    for block in reading.blocks:
        source = cells[block.span.cell_index][1].replace("\r\n", "\n").replace("\r", "\n")
        lines = source.split("\n")[block.span.start_line - 1 : block.span.end_line]
        assert block.text.count("\n") == len(lines) - 1
        if block.kind == "code":  # what Markdown indents to mark it as code is no part of it
            for kept, line in zip(block.text.split("\n"), lines, strict=True):
                assert line.endswith(kept)
                assert not line.removesuffix(kept).strip()


@given(st.binary(max_size=300) | st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
       lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
           ["cells", "nbformat", "metadata", "cell_type", "source", "worksheets", "id", "outputs"]), inner, max_size=5),
       max_leaves=30).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.ipynb"
    with suppress(AssistError):
        NotebookReader().read(path, content, ReadingLimits(include_outputs=True))
