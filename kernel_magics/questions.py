"""Lets a question end in a question mark, which IPython would take for a call for help."""

from __future__ import annotations

import re
from itertools import pairwise
from tokenize import TokenInfo
from typing import Self

from IPython.core.inputtransformer2 import TokenTransformBase

_QUESTION = re.compile(r"%(ask|devassist(?=\s+search\s))\s+(\S.*\?)\s*$")


class QuestionMark(TokenTransformBase):
    """Turns ``%ask …?`` and ``x = %ask …?`` into calls of the magic; ``%ask?`` still shows its help."""

    priority = 4  # before IPython's own help, which takes the line at 5

    def __init__(self, line_start: tuple[int, int], question: re.Match[str]) -> None:
        super().__init__(line_start)  # type: ignore[no-untyped-call]
        self._question = question

    @classmethod
    def find(cls, tokens_by_line: list[list[TokenInfo]]) -> Self | None:
        """The first line that is such a question."""
        for line in tokens_by_line:
            solid = [token for token in line if token.string.strip()]
            after_equals = [after for before, after in pairwise(solid) if before.string == "="]
            for token in solid[:1] + after_equals[:1]:
                question = _QUESTION.match(token.line, token.start[1])
                if question and token.string == "%":
                    return cls(solid[0].start, question)
        return None

    def transform(self, lines: list[str]) -> list[str]:
        """Replace the line by the call it stands for."""
        magic, text = self._question.groups()
        before = lines[self.start_line][: self._question.start()]
        call = f"{before}get_ipython().run_line_magic({magic!r}, {text!r})\n"
        return [*lines[: self.start_line], call, *lines[self.start_line + 1 :]]
