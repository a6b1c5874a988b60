"""``jupyter devassist``: the same house without a server."""

from __future__ import annotations


def main() -> None:
    """Run the command line; imported late, so that starting a server does not pay for it."""
    from .commands import devassist

    devassist(prog_name="jupyter devassist")
