"""Options that several commands share, and the one way a refusal is shown."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from ..errors import AssistError

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])


def home_option(command: Command) -> Command:
    return click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="JUPYTER_DEVASSIST_HOME",
        metavar="DIR",
        help="The data folder; by default the one that JupyterLab uses.",
    )(command)


def json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")(command)


def filter_options(command: Command) -> Command:
    """Limits of a search, by the words of ``Filters``."""
    for option in (
        click.option("--language", multiple=True, help="Only code of this language; may be repeated."),
        click.option("--kind", multiple=True, help="Only notebook, markdown, rst, text, code, pdf or docx."),
        click.option("--collection", multiple=True, help="Only this collection, by name; may be repeated."),
        click.option("--path", multiple=True, help="Only files that match this glob or lie in this folder."),
        click.option("--k", type=click.IntRange(1, 50), default=8, show_default=True, help="How many passages."),
    ):
        command = option(command)
    return command


def run(command: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end; a refusal is one line on standard error and exit code 1."""
    try:
        return asyncio.run(command)
    except AssistError as refusal:
        fail(refusal.message)
    except KeyboardInterrupt:
        click.echo("Stopped. What was finished is kept; run the command again to go on.", err=True)
        sys.exit(130)


def fail(message: str) -> NoReturn:
    click.echo(f"jupyter devassist: {message}", err=True)
    sys.exit(1)
