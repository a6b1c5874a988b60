"""Ask your own notebooks from a cell: ``%load_ext kernel_magics``, then ``%%ask``, ``%ask`` and ``%devassist``.

Needs IPython, jupyter_core and the standard library, so that it costs a kernel nothing; the answers come from the
Jupyter server that runs the kernel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics, their completion, and questions that end in a question mark."""
    from .magics import DevAssistMagics
    from .questions import QuestionMark

    shell.register_magics(DevAssistMagics(shell))
    transformers = shell.input_transformer_manager.token_transformers
    if QuestionMark not in transformers:
        transformers.append(QuestionMark)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magics back."""
    from .questions import QuestionMark

    for table in shell.magics_manager.magics.values():
        for name in ("ask", "devassist"):
            table.pop(name, None)
    transformers = shell.input_transformer_manager.token_transformers
    if QuestionMark in transformers:
        transformers.remove(QuestionMark)
