"""The magics: parse, call, display."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand
from IPython.display import display

from .arguments import ASK, SUBCOMMANDS, Option, help_of, parse
from .client import Client
from .connect import find_server, notebook_folder
from .places import Places
from .plain import plain
from .problems import Problem
from .results import AskedAnswer, FoundPassages, PlainData
from .screen import Screen, in_notebook
from .wire import Job, Status

POLL_SECONDS = 0.5
DEFAULT_K = 8


@magics_class
class DevAssistMagics(Magics):
    """Questions to your own notebooks, notes, PDFs and code."""

    shell: InteractiveShell

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        for name, options in (("ask", _names(ASK)), ("devassist", list(SUBCOMMANDS))):
            for prefix in ("%", "%%"):
                shell.set_hook("complete_command", _completer(options), str_key=prefix + name)  # type: ignore[no-untyped-call]

    @no_var_expand
    @line_cell_magic
    def ask(self, line: str, cell: str | None = None) -> object:
        """Ask your own documents; the answer cites the cell, page or line it rests on.

        %ask how do I merge two frames on an index?
        answer = %ask --collection "Data course" what does join align on?

        %%ask --k 12 --path lessons/
        A question of several lines.

        The answer stays yours: answer.text, answer.citations, answer.json().
        Options come first; nothing after them is changed, so quotes, braces and dollars are safe.
        """
        options, rest = parse(ASK, line, "%ask")
        question = "\n".join(part for part in (rest, (cell or "").strip()) if part)
        if not question or question == "?":
            raise Problem("Ask something: %ask how do I merge two frames?   (%ask? shows the options)")
        client, places = self._connect()
        answer = AskedAnswer(question, self.shell, places)
        body = {
            "text": question,
            "k": options.get("k", DEFAULT_K),
            "filters": _filters(options),
            "model": options.get("model"),
        }
        as_json = "json" in options
        _follow(client, body, answer, None if as_json else Screen(self.shell))
        return PlainData(answer.json()) if as_json else answer

    @no_var_expand
    @line_magic
    def devassist(self, line: str) -> object:
        """The assistant's library.

        %devassist status            what is indexed, and how it is doing
        %devassist index [PATH]      add a file or folder, or bring it up to date; without PATH this folder
        %devassist search QUERY      the passages that fit best
        """
        name, rest = (*line.split(None, 1), "", "")[:2]
        if name in ("", "help", "--help", "-h", "?"):
            print(_help())  # noqa: T201 - this is what was asked for
            return None
        if name not in SUBCOMMANDS:
            raise Problem(f"%devassist has no {name!r}; it has {', '.join(SUBCOMMANDS)}.")
        options, text = parse(SUBCOMMANDS[name], rest, f"%devassist {name}")
        result: object = getattr(self, f"_{name}")(options, text)
        return result

    def _status(self, options: dict[str, object], text: str) -> object:
        status = self._connect()[0].status()
        if "json" in options:
            return PlainData(status)
        print(plain(_status_text(status)))  # noqa: T201
        return None

    def _search(self, options: dict[str, object], text: str) -> object:
        if not text:
            raise Problem("Search for something: %devassist search rolling mean")
        client, places = self._connect()
        k = options.get("k", DEFAULT_K)
        found = FoundPassages(client.search(text, int(str(k)), _filters(options)), self.shell, places)
        if "json" in options:
            return PlainData(found.json())
        if in_notebook(self.shell):
            display(found.bundle(), raw=True)  # type: ignore[no-untyped-call]
        else:
            print(found.bundle()["text/plain"])  # noqa: T201
        return found

    def _index(self, options: dict[str, object], text: str) -> object:
        client, places = self._connect()
        job = client.add(places.below_root(text or "."))
        screen = None if "json" in options else Screen(self.shell)
        try:
            while job["state"] in ("queued", "running"):
                _tell(screen, _job_text(job))
                time.sleep(POLL_SECONDS)
                job = client.job(job)
        except KeyboardInterrupt:
            _tell(screen, "Indexing goes on in the background; %devassist status shows how far it is.\n")
            return None
        if job["state"] == "failed":
            raise Problem(job["message"] or "Indexing has failed.")
        _tell(screen, _job_text(job) + "\n")
        return PlainData(job) if screen is None else None

    def _connect(self) -> tuple[Client, Places]:
        server = find_server(self.shell)
        return Client(server), Places(server.root, notebook_folder())


def _follow(client: Client, body: dict[str, object], answer: AskedAnswer, screen: Screen | None) -> None:
    """Show the answer as it comes; an interrupt stops it and keeps what has come."""
    try:
        with closing(client.ask(body)) as events:
            for event in events:
                answer.take(event)
                if screen is not None:
                    screen.draw(answer)
        if answer.state in ("searching", "answering"):
            answer.state, answer.message = "failed", "The answer broke off; ask again."
    except KeyboardInterrupt:
        answer.state = "stopped"
    if answer.state == "failed" and not answer.text:
        if screen is not None:
            screen.clear()
        raise Problem(answer.message or "Answering has failed.")
    if screen is not None:
        screen.finish(answer)


def _filters(options: dict[str, object]) -> dict[str, object]:
    return {"paths": options.get("path", []), "collections": options.get("collection", [])}


def _tell(screen: Screen | None, text: str) -> None:
    if screen is not None:
        screen.line(text)


def _job_text(job: Job) -> str:
    if job["message"]:
        return job["message"]
    progress = job["progress"]
    total = "" if progress["total"] is None else f" of {progress['total']}"
    return f"{progress['stage']} {progress['done']}{total} {progress['unit']} …"


def _status_text(status: Status) -> str:
    library = status["library"]
    if library is None:
        return status["message"] or f"The assistant is {status['state']}."
    lines = [
        f"{_counted(library['document_count'], 'document')}, {_counted(library['chunk_count'], 'passage')}, "
        f"{library['embedded_count']} of them embedded",
        f"engines: {', '.join(status['models'])}; jobs at work: {status['jobs_running']}",
    ]
    return "\n".join(line for line in [*lines, library["degraded"], status["message"]] if line)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _help() -> str:
    usages = {"index": " [PATH]", "search": " QUERY"}
    return "\n".join(
        "\n".join(part for part in (f"%devassist {name}{usages.get(name, '')}", help_of(options)) if part)
        for name, options in SUBCOMMANDS.items()
    )


def _completer(words: list[str]) -> Callable[[object, object], list[str]]:
    """Offers the words of a magic; what is known here, so that it never waits for a server."""

    def complete(shell: object, event: object) -> list[str]:
        symbol = str(getattr(event, "symbol", ""))
        return [word for word in words if word.startswith(symbol)]

    return complete


def _names(options: tuple[Option, ...]) -> list[str]:
    return [f"--{option.name}" for option in options]
