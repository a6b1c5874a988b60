"""Every option, each a trait with its help; the environment is read here and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool, HasTraits, Int, Unicode, default

from .assist import Assist
from .knowledge.reading import ReadingLimits

HOME_VARIABLE = "JUPYTER_DEVASSIST_HOME"
EMBEDDER_VARIABLE = "JUPYTER_DEVASSIST_EMBEDDER"
WATCH_VARIABLE = "JUPYTER_DEVASSIST_WATCH"

_LIMITS = ReadingLimits()
_MEGABYTE = 1_000_000


class Settings(HasTraits):
    """What can be configured. Set it as ``c.DevAssistApp.<option>`` or ``--DevAssistApp.<option>``."""

    home = Unicode(
        help=f"""The data folder: database, indexes, models. Default: ${HOME_VARIABLE}, else "devassist" in
        Jupyter's data folder. One process at a time owns it; others ask that one."""
    ).tag(config=True)

    embedder = Unicode(
        help=f"""The embedding model: empty for the bundled all-MiniLM-L6-v2, else the name or path of a model
        exported with `jupyter devassist models export`. Default: ${EMBEDDER_VARIABLE}. A change embeds the
        whole library again."""
    ).tag(config=True)

    embedder_threads = Int(0, min=0, help="Threads of the embedding model; 0 for as many as there are cores.").tag(
        config=True
    )

    watch = Bool(
        help=f"""Index changes as they happen, also those made outside of JupyterLab. Default: on, unless
        ${WATCH_VARIABLE} is 0. Switch it off on network drives that report no changes."""
    ).tag(config=True)

    include_outputs = Bool(False, help="Index the text outputs of notebook cells too.").tag(config=True)

    max_question_chars = Int(50_000, min=1, help="The longest question or search that is taken.").tag(config=True)

    undo_seconds = Int(
        30, min=0, help="After this time what was removed from the library is erased from all of its files."
    ).tag(config=True)

    max_notebook_mb = Int(
        _LIMITS.notebook_bytes // _MEGABYTE, min=1, help="Larger notebooks are skipped, with the reason."
    ).tag(config=True)

    max_text_mb = Int(_LIMITS.text_bytes // _MEGABYTE, min=1, help="Larger text files are skipped.").tag(config=True)

    max_code_mb = Int(_LIMITS.code_bytes // _MEGABYTE, min=1, help="Larger source files are skipped.").tag(config=True)

    max_pdf_mb = Int(_LIMITS.pdf_bytes // _MEGABYTE, min=1, help="Larger PDF files are skipped.").tag(config=True)

    max_docx_mb = Int(_LIMITS.docx_bytes // _MEGABYTE, min=1, help="Larger DOCX files are skipped.").tag(config=True)

    max_pages = Int(_LIMITS.pages, min=1, help="Pages of a PDF that are read; the rest is left out and said so.").tag(
        config=True
    )

    reader_seconds = Int(
        int(_LIMITS.seconds), min=1, help="Time for one PDF or DOCX file in its own process, which is then killed."
    ).tag(config=True)

    reader_memory_mb = Int(
        _LIMITS.memory_bytes // _MEGABYTE, min=100, help="Memory for one PDF or DOCX file in its own process."
    ).tag(config=True)

    @default("home")
    def _default_home(self) -> str:
        return str(default_home())

    @default("embedder")
    def _default_embedder(self) -> str:
        return os.environ.get(EMBEDDER_VARIABLE, "")

    @default("watch")
    def _default_watch(self) -> bool:
        return os.environ.get(WATCH_VARIABLE, "1").lower() not in ("0", "false", "no", "off")

    @property
    def reading_limits(self) -> ReadingLimits:
        return ReadingLimits(
            notebook_bytes=self.max_notebook_mb * _MEGABYTE,
            text_bytes=self.max_text_mb * _MEGABYTE,
            code_bytes=self.max_code_mb * _MEGABYTE,
            pdf_bytes=self.max_pdf_mb * _MEGABYTE,
            docx_bytes=self.max_docx_mb * _MEGABYTE,
            pages=self.max_pages,
            seconds=float(self.reader_seconds),
            memory_bytes=self.reader_memory_mb * _MEGABYTE,
            include_outputs=self.include_outputs,
        )


def new_assist(settings: Settings) -> Assist:
    """A house as the options say, not yet opened."""
    return Assist(
        home=Path(settings.home).expanduser().absolute(),
        embedder=settings.embedder,
        embedder_threads=settings.embedder_threads,
        watch=settings.watch,
        limits=settings.reading_limits,
        max_question_chars=settings.max_question_chars,
        undo_seconds=settings.undo_seconds,
    )


def default_home() -> Path:
    """Where the library lies unless it is told otherwise."""
    given = os.environ.get(HOME_VARIABLE)
    return Path(given).expanduser().absolute() if given else Path(jupyter_data_dir()) / "devassist"
