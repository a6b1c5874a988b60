"""The commands of ``jupyter devassist``."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import click

from .. import __version__
from ..assist import Status
from ..chat.model import Answer, Done, Failed, Question
from ..errors import AssistError
from ..knowledge.model import Filters, Report, SearchResult
from . import output
from .evaluating import bench, evaluate
from .house import House, open_house
from .keeping import doctor, models
from .options import filter_options, home_option, json_option, run
from .progress import Progress


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jupyter devassist")
def devassist() -> None:
    """Ask your own notebooks, notes, PDFs and code; every answer cites the exact cell, page or line.

    Nothing leaves this machine. The library is the one that JupyterLab uses; --home names another.
    """


@devassist.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@home_option
@json_option
def index(paths: tuple[Path, ...], home: Path | None, as_json: bool) -> None:
    """Add files and folders to the library and wait until all of them can be searched.

    Files that have not changed since the last time are left as they are. Afterwards they are kept up to date while
    JupyterLab runs.
    """
    reports = run(_index([path.resolve() for path in paths], home, quiet=as_json))
    if as_json:
        output.print_json({"reports": reports})
        return
    for report in reports:
        output.print_report(report)


async def _index(paths: list[Path], home: Path | None, *, quiet: bool) -> list[Report]:
    async with open_house(home) as house:
        with Progress(quiet=quiet) as progress:
            submitted = [await house.add(path) for path in paths]
            await house.settle(progress.show)
        for job in await house.jobs():
            if job.id in {one.id for one in submitted} and job.state == "failed":
                raise AssistError(f"{job.title}: {job.message}")
        return [await house.report(path) for path in paths]


@devassist.command()
@click.argument("query")
@filter_options
@home_option
@json_option
def search(
    query: str,
    k: int,
    path: tuple[str, ...],
    collection: tuple[str, ...],
    kind: tuple[str, ...],
    language: tuple[str, ...],
    home: Path | None,
    as_json: bool,
) -> None:
    """Find passages by words and by meaning."""

    async def find() -> SearchResult:
        async with open_house(home) as house:
            return await house.search(query, k, _filters(path, collection, kind, language))

    result = run(find())
    if as_json:
        output.print_json(output.result_json(result))
    else:
        output.print_result(result)


@devassist.command()
@click.argument("question")
@filter_options
@click.option("--model", help="The engine to answer with; extractive when left out.")
@home_option
@json_option
def ask(
    question: str,
    k: int,
    path: tuple[str, ...],
    collection: tuple[str, ...],
    kind: tuple[str, ...],
    language: tuple[str, ...],
    model: str | None,
    home: Path | None,
    as_json: bool,
) -> None:
    """Answer a question from the library, with the places the answer was taken from."""
    asked = Question(text=question, k=k, filters=_filters(path, collection, kind, language), model=model)

    async def answer() -> Answer:
        async with open_house(home) as house:
            return await _answer(house, asked)

    answered = run(answer())
    if as_json:
        output.print_json(output.answer_json(answered))
    else:
        output.print_answer(answered)


async def _answer(house: House, question: Question) -> Answer:
    async with aclosing(house.ask(question)) as events:
        async for event in events:
            if isinstance(event, Done):
                if event.notice:
                    click.echo(f"jupyter devassist: {event.notice}", err=True)
                return event.answer
            if isinstance(event, Failed):
                raise AssistError(event.message)
    raise AssistError("The answer broke off; ask again.")


@devassist.command()
@home_option
@json_option
def status(home: Path | None, as_json: bool) -> None:
    """Show what the library holds and what is being done."""

    async def look() -> Status:
        async with open_house(home) as house:
            return await house.status()

    found = run(look())
    if as_json:
        output.print_json(found)
    else:
        output.print_status(found)


def _filters(
    path: tuple[str, ...], collection: tuple[str, ...], kind: tuple[str, ...], language: tuple[str, ...]
) -> Filters:
    import msgspec

    try:
        paths = tuple(_from_here(glob) for glob in path)
        limits = {"paths": paths, "collections": collection, "kinds": kind, "languages": language}
        return msgspec.convert(limits, Filters)
    except msgspec.ValidationError:
        raise click.UsageError(
            f"--kind {' '.join(kind)}: use notebook, markdown, rst, text, code, pdf or docx."
        ) from None


def _from_here(glob: str) -> str:
    """A glob with a folder in it means the one below the working folder; a mere name means any of that name."""
    return str(Path.cwd() / glob) if "/" in glob.rstrip("/") else glob


for command in (doctor, models, evaluate, bench):
    devassist.add_command(command)
