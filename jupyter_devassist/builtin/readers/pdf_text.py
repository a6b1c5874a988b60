"""Rebuilds paragraphs from the lines of a printed page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_HYPHEN_AT_END = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010\ufffe]$")
_BULLET = re.compile(r"(?:[•●▪■◦‣\u2013\u2014*-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
_SENTENCE_END = re.compile(r"[.!?:;…][)\]\"'\u201d\u2019»]*$")
_DIGITS = re.compile(r"\d+")
_LEAST_WIDTH = 40
_SHORT = 0.65
"""A line shorter than this share of the page's usual line ends its paragraph."""
_NEARLY_FULL = 0.92
_REPEATED_ON = 0.6
_FEWEST_PAGES = 4


def page_lines(text: str) -> list[str]:
    """The lines of a page as PDFium gives them, each with single spaces; blank ones stay.

    PDFium writes U+FFFE for a hyphen and the line end after it.
    """
    text = text.replace("\ufffe", "\ufffe\n").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return [" ".join(line.split()) for line in text.split("\n")]


def repeated_lines(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Running heads and page numbers: first and last lines that stand on most pages but for their digits."""
    if len(pages) < _FEWEST_PAGES:
        return frozenset()
    spellings: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for lines in pages:
        written = [line for line in lines if line]
        for line in {*written[:2], *written[-2:]}:
            shape = _DIGITS.sub("0", line)
            counts[shape] += 1
            spellings.setdefault(shape, set()).add(line)
    often = (shape for shape, count in counts.items() if count >= len(pages) * _REPEATED_ON)
    return frozenset(line for shape in often for line in spellings[shape])


def paragraphs_of(lines: Sequence[str]) -> Iterator[str]:
    """Lines joined into paragraphs, words that were hyphenated made whole."""
    width = _usual_width(lines)
    paragraph = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line:
            continue
        paragraph = _joined(paragraph, line)
        if not following or _ends_paragraph(line, following, width):
            yield _whole(paragraph)
            paragraph = ""
    if paragraph:
        yield _whole(paragraph)


def _usual_width(lines: Sequence[str]) -> int:
    lengths = sorted(len(line) for line in lines if line)
    return max(lengths[len(lengths) * 3 // 4], _LEAST_WIDTH) if lengths else _LEAST_WIDTH


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    if _HYPHEN_AT_END.search(line) and following[0].islower():
        return False
    if len(line) < width * _SHORT or _BULLET.match(following):
        return True
    return bool(_SENTENCE_END.search(line)) and len(line) < width * _NEARLY_FULL and not following[0].islower()


def _joined(paragraph: str, line: str) -> str:
    if not paragraph:
        return line
    if _HYPHEN_AT_END.search(paragraph) and line[0].islower():
        return paragraph[:-1] + line
    return f"{paragraph} {line}"


def _whole(paragraph: str) -> str:
    return paragraph.replace("\ufffe", "-").replace("\u00ad", "")
