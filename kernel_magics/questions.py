"""Lets a question end in a question mark, which IPython would take for a call for help."""

from __future__ import annotations

from itertools import pairwise
from tokenize import TokenInfo
from typing import Self

from IPython.core.inputtransformer2 import TokenTransformBase

MAGIC = "ask"


class QuestionMark(TokenTransformBase):
    """Turns ``%ask …?`` and ``x = %ask …?`` into calls of the magic; ``%ask?`` still shows its help."""

    priority = 4  # before IPython's own help, which takes the line at 5

    @classmethod
    def find(cls, tokens_by_line: list[list[TokenInfo]]) -> Self | None:
        """The first line that is such a question."""
        for line in tokens_by_line:
            start = _percent_of(line)
            if start is not None and _question(line[start].line, line[start].start[1]).endswith("?"):
                return cls(line[start].start)
        return None

    def transform(self, lines: list[str]) -> list[str]:
        """Replace the line by the call it stands for."""
        line = lines[self.start_line]
        call = f"get_ipython().run_line_magic({MAGIC!r}, {_question(line, self.start_col)!r})\n"
        return [*lines[: self.start_line], line[: self.start_col] + call, *lines[self.start_line + 1 :]]


def _percent_of(line: list[TokenInfo]) -> int | None:
    """Where ``%ask`` begins: at the start of the line, or after the first ``=`` outside of brackets."""
    solid = [index for index, token in enumerate(line) if token.string.strip()]
    starts = solid[:1] + [after for before, after in pairwise(solid) if line[before].string == "="][:1]
    for index in starts:
        if [token.string for token in line[index : index + 2]] == ["%", MAGIC]:
            return index
    return None


def _question(line: str, start: int) -> str:
    """What follows the name of the magic; empty when that is the whole line, as in ``%ask?``."""
    rest = line[start + 1 + len(MAGIC) :]
    return rest.strip() if rest[:1].isspace() else ""
