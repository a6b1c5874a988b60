"""Real texts and questions to measure speed with: those of the retrieval sets, or else of Python itself."""

from __future__ import annotations

import ast
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from .beir import read_corpus, read_queries

SETS = ("scifact", "cosqa", "lessons")
_CHARACTERS = 900
"""About as much as a chunk holds."""
_SHORTEST = 200
_LONGEST_QUESTION = 300
_SHORTEST_QUESTION = 20


class Sample(NamedTuple):
    texts: list[str]
    questions: list[str]


def sample(eval_dir: Path | None, text_count: int, question_count: int, seed: int = 1) -> Sample:
    """Texts of a chunk's size and questions about them, as many of each kind there is; the same for a seed."""
    random = Random(seed)  # noqa: S311
    sets = [_of_set(eval_dir / name) for name in SETS if (eval_dir / name).is_dir()] if eval_dir is not None else []
    sets = sets or [_of_python()]
    texts = [_some(one.texts, text_count // len(sets) + 1, random) for one in sets]
    questions = [_some(one.questions, question_count // len(sets) + 1, random) for one in sets]
    return Sample(_mixed(texts, text_count, random), _mixed(questions, question_count, random))


def pieces(text: str) -> Iterator[str]:
    """The text in pieces of a chunk's size, cut at white space; what is too short to say much is left out."""
    start = 0
    while start < len(text):
        end = len(text) if len(text) - start <= _CHARACTERS else text.rfind(" ", start, start + _CHARACTERS)
        end = end if end > start else start + _CHARACTERS
        piece = text[start:end].strip()
        if len(piece) >= _SHORTEST:
            yield piece
        start = end


def _of_set(folder: Path) -> Sample:
    texts = [piece for row in read_corpus(folder / "corpus.jsonl") for piece in pieces(f"{row.title}\n{row.text}")]
    return Sample(texts, [query.text for query in read_queries(folder / "queries.jsonl")])


def _of_python() -> Sample:
    """Modules of the standard library as texts, the first lines of their docstrings as questions."""
    texts: list[str] = []
    questions: list[str] = []
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        source = path.read_text(encoding="utf-8", errors="replace")
        texts += pieces(source)
        documented = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.ClassDef))
        questions += [words.splitlines()[0] for node in documented if (words := ast.get_docstring(node))]
    return Sample(texts, [question[:_LONGEST_QUESTION] for question in questions if len(question) > _SHORTEST_QUESTION])


def _some(values: Sequence[str], count: int, random: Random) -> list[str]:
    distinct = list(dict.fromkeys(values))
    return random.sample(distinct, min(count, len(distinct)))


def _mixed(parts: Sequence[Sequence[str]], count: int, random: Random) -> list[str]:
    every = [value for part in parts for value in part]
    random.shuffle(every)
    return every[:count]
