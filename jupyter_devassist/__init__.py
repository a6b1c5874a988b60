"""Ask your own notebooks: an assistant inside JupyterLab whose answers cite the exact cell, page or line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-devassist"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    from .extension import DevAssistApp

    return [{"module": "jupyter_devassist", "app": DevAssistApp}]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Forward ``%load_ext jupyter_devassist`` to the magics."""
    import kernel_magics

    kernel_magics.load_ipython_extension(shell)
