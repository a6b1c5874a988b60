"""Readers of notebooks, text, code, PDF and DOCX."""

from __future__ import annotations

from ...knowledge.reading import Reader
from .code import CodeReader
from .docx import DocxReader
from .markdown import MarkdownReader
from .notebook import NotebookReader
from .pdf import PdfReader
from .percent import PercentReader
from .rst import RstReader
from .text import TextReader


def all_readers() -> tuple[Reader, ...]:
    """Every reader of ours, in the order in which they are asked."""
    return (
        NotebookReader(),
        MarkdownReader(),
        RstReader(),
        PdfReader(),
        DocxReader(),
        PercentReader(),
        CodeReader(),
        TextReader(),
    )
