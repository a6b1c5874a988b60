from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.inference.onnx_embedder import OnnxEmbedder
from jupyter_devassist.knowledge.chunking import split_into_chunks
from jupyter_devassist.knowledge.model import Block, Chunk, Reading
from jupyter_devassist.values import DocumentId, Span

DOCUMENT = DocumentId("document")
SEPARATORS = 2
_PIECE = re.compile(r"\w{1,6}|[^\w\s]")
_UNKNOWN_FROM = 100


def word_pieces(text: str) -> list[tuple[int, int]]:
    """Tokens as WordPiece makes them: long words in pieces, endless ones a single unknown."""
    spans: list[tuple[int, int]] = []
    for word in re.finditer(r"\w+|[^\w\s]", text):
        if word.end() - word.start() > _UNKNOWN_FROM:
            spans.append(word.span())
        else:
            spans += [piece.span() for piece in _PIECE.finditer(text, *word.span())]
    return spans


def byte_pairs(text: str) -> list[tuple[int, int]]:
    """Tokens that take the space before a word with them, and count line ends."""
    return [match.span() for match in re.finditer(r" ?\w{1,5}|\n|[^\w\s]| +", text)]


def block(text: str, line: int = 1, kind: str = "prose", heading: Sequence[str] = (), lead: str = "", **place) -> Block:
    span = Span(start_line=line, end_line=line + text.count("\n"), **place)
    return Block(text=text, kind=kind, span=span, heading=tuple(heading), lead=lead)


def chunks_of(*blocks: Block, max_tokens: int = 256, tokens=word_pieces) -> list[Chunk]:
    return split_into_chunks(DOCUMENT, Reading(kind="markdown", blocks=blocks), tokens, max_tokens)


def sentence(number: int, words: int = 20) -> str:
    return " ".join(f"word{number}x{at}" for at in range(words)) + "."


def test_small_paragraphs_under_one_heading_are_joined_with_their_lines():
    chunks = chunks_of(
        block("One.", 3, heading=["A"]), block("Two.", 6, heading=["A"]), block("Three.", 8, heading=["B"])
    )

    assert [(chunk.text, chunk.span.start_line, chunk.span.end_line, chunk.heading) for chunk in chunks] == [
        ("One.\n\n\nTwo.", 3, 6, ("A",)),
        ("Three.", 8, 8, ("B",)),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (block("a", cell_id="1", cell_index=0), block("b", cell_id="2", cell_index=1)),
        (block("a", page=1), block("b", 2, page=2)),
        (block("a", kind="code"), block("b", 2, kind="code")),
        (block("a"), block("b", 2, kind="code")),
        (block("a", heading=["x"]), block("b", 2, heading=["y"])),
        (block("a"), block("b", 40)),
    ],
)
def test_what_stands_apart_stays_apart(one, other):
    assert [chunk.text for chunk in chunks_of(one, other)] == ["a", "b"]


def test_long_prose_is_cut_between_paragraphs_before_sentences():
    text = "\n\n".join(" ".join(sentence(at * 10 + part) for part in range(3)) for at in range(3))

    chunks = chunks_of(block(text))

    assert len(chunks) > 1
    for chunk in chunks:
        assert chunk.text.endswith(".")
        assert text.split("\n\n")[0].startswith(chunk.text[:5]) or chunk.text[0] == "w"


def test_long_code_is_cut_between_its_statements():
    functions = [f"def f{at}(a):\n" + "\n".join(f"    b{line} = a + {line}" for line in range(12)) for at in range(12)]

    chunks = chunks_of(block("\n\n".join(functions), kind="code"))

    assert len(chunks) > 3
    assert all(chunk.text.startswith("def f") for chunk in chunks)


def test_heading_and_lead_keep_what_is_nearest_within_their_share():
    heading = ["outermost " * 40, "middle part", "innermost part"]
    lead = "far away " * 80 + "and then the near words."

    [chunk] = chunks_of(block("x = 1", kind="code", heading=heading, lead=lead))

    assert chunk.heading == ("middle part", "innermost part")
    assert chunk.lead.endswith("and then the near words.")
    assert len(word_pieces(chunk.indexed_text)) - len(word_pieces(chunk.text)) <= 64 + SEPARATORS


def test_one_endless_heading_is_cut():
    [chunk] = chunks_of(block("text", heading=["word " * 500]))

    assert chunk.heading[0].startswith("word word")
    assert len(word_pieces(chunk.indexed_text)) < 80


def test_the_same_text_under_the_same_heading_gets_different_ids():
    chunks = chunks_of(block("same", cell_id="1", cell_index=0), block("same", cell_id="2", cell_index=1))

    assert len({chunk.id for chunk in chunks}) == 2


def test_ids_belong_to_the_document_and_the_heading():
    reading = Reading(kind="markdown", blocks=(block("same", heading=["a"]), block("same", 9, heading=["b"])))

    ids = {chunk.id for name in "xy" for chunk in split_into_chunks(DocumentId(name), reading, word_pieces)}

    assert len(ids) == 4


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "word " * 200_000, "a,b;" * 250_000, "\n" * 500_000 + "end", "é" * 1_000_000]
)
@pytest.mark.timeout(30)
@pytest.mark.parametrize("kind", ["prose", "code"])
def test_a_megabyte_on_one_line_is_cut_in_linear_time(text, kind):
    chunks = chunks_of(block(text, kind=kind))

    assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(text.split())
    assert max(len(chunk.text) for chunk in chunks) < 5_000


_WORDS = st.sampled_from(
    ["alpha", "be", "c", "Delta.", "e!", "(f)", "g=1", "ninety" * 9, "ü", "日本語。", "x" * 150, "🙂"]
)
_LINES = st.lists(_WORDS, max_size=25).map(" ".join)
_TEXTS = (st.lists(_LINES | st.just(""), min_size=1, max_size=30).map("\n".join) | st.text(max_size=300)).filter(
    str.strip
)
_BLOCKS = st.lists(
    st.tuples(
        _TEXTS,
        st.sampled_from(["prose", "code", "output"]),
        st.lists(_LINES, max_size=3),
        _LINES,
        st.integers(0, 2),
    ),
    max_size=5,
)


def as_blocks(drawn) -> list[Block]:
    line, blocks = 1, []
    for text, kind, heading, lead, cell in drawn:
        blocks.append(block(text, line, kind, heading, lead, cell_id=f"c{cell}", cell_index=cell))
        line += text.count("\n") + 1 + cell
    return blocks


@given(_BLOCKS, st.sampled_from([24, 64, 256]), st.sampled_from([word_pieces, byte_pairs]))
def test_every_chunk_fits_says_where_it_stands_and_no_word_is_lost(drawn, max_tokens, tokens):
    blocks = as_blocks(drawn)
    lines = "\n".join(each.text + "\n" * drawn[at][4] for at, each in enumerate(blocks)).split("\n")

    chunks = chunks_of(*blocks, max_tokens=max_tokens, tokens=tokens)

    for chunk in chunks:
        assert chunk.text.strip()
        assert len(tokens(chunk.indexed_text)) <= max_tokens
        said = chunk.text.split("\n")
        assert len(said) == chunk.span.end_line - chunk.span.start_line + 1
        for at, each in enumerate(said):
            assert each in lines[chunk.span.start_line - 1 + at]
    assert "".join("".join(c.text.split()) for c in chunks) == "".join("".join(b.text.split()) for b in blocks)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert len({chunk.id for chunk in chunks}) == len(chunks)


@given(_BLOCKS, _TEXTS)
def test_unchanged_cells_keep_their_ids_when_one_is_inserted_before_them(drawn, text):
    blocks = [block(drawn_text, 1, kind, heading, lead, cell_id=f"c{at}", cell_index=at)
              for at, (drawn_text, kind, heading, lead, _) in enumerate(drawn)]  # fmt: skip
    new = block("new words " + text, kind="code", heading=["never seen before"], cell_id="new", cell_index=0)

    before = [chunk.id for chunk in chunks_of(*blocks)]
    after = [chunk.id for chunk in chunks_of(new, *blocks) if chunk.span.cell_id != "new"]

    assert after == before


@pytest.fixture(scope="module")
def bundled() -> OnnxEmbedder:
    return OnnxEmbedder.bundled()


@given(_BLOCKS)
def test_chunks_fit_the_window_of_the_embedder_that_ships(bundled, drawn):
    for chunk in chunks_of(*as_blocks(drawn), max_tokens=bundled.info.max_tokens, tokens=bundled.token_spans):
        count = len(bundled.token_spans(chunk.indexed_text))
        assert count <= bundled.info.max_tokens
        assert count <= chunk.token_count


def test_the_whole_window_is_used() -> None:
    assert len(chunks_of(block("word " * 64), max_tokens=64)) == 1
    assert len(chunks_of(block("word " * 65), max_tokens=64)) == 2
