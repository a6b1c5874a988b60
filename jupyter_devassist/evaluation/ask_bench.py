"""How soon a person who asks sees the first place that an answer rests on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ..chat.model import Question
from ..clock import Clock
from ..errors import AssistError
from ..inference.onnx_embedder import OnnxEmbedder
from ..values import Value
from .bench_setting import Setting
from .bench_texts import sample
from .figures import Figure, Spread, at_most, measured, skipped, spread
from .jupyter_process import JupyterProcess, jupyter_server
from .made_library import make_library, make_texts

if TYPE_CHECKING:
    import httpx

REAL_TEXTS = 600
CHUNKS = 10_000
QUESTIONS = 100
WARM_UP = 15
LOAD_SECONDS = 120.0
_LOOK_SECONDS = 0.2
_WHAT = f"first cited evidence on ask p95 over HTTP, {CHUNKS:,} chunks"


class AskFigures(Value):
    """Milliseconds from sending a question; a search of the same words over HTTP beside it."""

    first_event: Spread
    first_cited: Spread | None
    search: Spread
    uncited: int
    """Questions that the texts do not answer, which therefore cite nothing."""


class _Asked(NamedTuple):
    first_event: float
    first_cited: float | None


class _Kind(msgspec.Struct):
    type: str


class _Library(msgspec.Struct):
    embedder: str | None


class _Status(msgspec.Struct):
    library: _Library | None
    jobs_running: int


def bench(setting: Setting) -> list[Figure]:
    """Ask a real Jupyter server over a library of 10,000 chunks."""
    texts, questions = sample(setting.eval_dir, REAL_TEXTS, QUESTIONS + WARM_UP, seed=2)
    embedder = OnnxEmbedder.bundled()
    setting.say(f"embedding {len(texts):,} texts")
    made = list(make_texts(texts, embedder.embed_passages(texts), CHUNKS, seed=3))
    folder = setting.scratch / "ask"
    root = folder / "root"
    root.mkdir(parents=True)
    setting.say(f"making a library of {CHUNKS:,} chunks")
    make_library(folder / "home", root, made, embedder.info, setting.clock)
    setting.say("asking")
    with jupyter_server(folder, folder / "home", root, setting.clock, with_extension=True) as server:
        found = ask_all(server, questions, setting.clock)
    if found.first_cited is None:
        return [skipped(_WHAT, f"None of {len(questions)} questions was answered with a citation.")]
    note = f"median {found.first_cited.p50:.1f} ms, first event {found.first_event.p50:.1f} ms"
    return [
        measured(
            _WHAT,
            found.first_cited.p95,
            "ms",
            bar=at_most(80.0),
            rival=found.search.p95,
            rival_name="a search over HTTP",
            note=f"{note}; {found.uncited} of {found.search.count} questions had no answer in the texts",
        )
    ]


def ask_all(server: JupyterProcess, questions: Sequence[str], clock: Clock) -> AskFigures:
    """Put each question, one at a time, over one connection that stays open."""
    import httpx

    asked: list[_Asked] = []
    searched: list[float] = []
    with httpx.Client(base_url=f"{server.url}devassist/api/", headers=server.headers, trust_env=False) as client:
        _wait_until_loaded(client, clock)
        for number, question in enumerate(questions):
            one = _ask(client, question, clock)
            search_ms = _search(client, question, clock)
            if number >= WARM_UP:
                asked.append(one)
                searched.append(search_ms)
    cited = [one.first_cited for one in asked if one.first_cited is not None]
    return AskFigures(
        first_event=spread([one.first_event for one in asked]),
        first_cited=spread(cited) if cited else None,
        search=spread(searched),
        uncited=len(asked) - len(cited),
    )


def _ask(client: httpx.Client, question: str, clock: Clock) -> _Asked:
    body = msgspec.json.encode(Question(text=question))
    first_event, first_cited = None, None
    start = clock.monotonic()
    with client.stream("POST", "ask", content=body, headers={"Content-Type": "application/json"}) as response:
        if response.status_code != 200:
            raise AssistError(f"ask was answered with {response.status_code}: {response.read()!r}")
        for line in response.iter_lines():
            if not line.startswith("data: "):
                continue
            elapsed = (clock.monotonic() - start) * 1000
            kind = msgspec.json.decode(line.removeprefix("data: "), type=_Kind).type
            if kind == "failed":
                raise AssistError(f"ask failed: {line}")
            first_event = elapsed if first_event is None else first_event
            if kind == "cited" and first_cited is None:
                first_cited = elapsed
    if first_event is None:
        raise AssistError("ask was answered with no event at all.")
    return _Asked(first_event, first_cited)


def _search(client: httpx.Client, question: str, clock: Clock) -> float:
    start = clock.monotonic()
    client.post("search", json={"query": question}).raise_for_status()
    return (clock.monotonic() - start) * 1000


def _wait_until_loaded(client: httpx.Client, clock: Clock) -> None:
    """Until searches by meaning are answered and nothing else is being done."""
    deadline = clock.monotonic() + LOAD_SECONDS
    while clock.monotonic() < deadline:
        status = msgspec.json.decode(client.get("status").raise_for_status().content, type=_Status)
        if status.library is not None and status.library.embedder is not None and status.jobs_running == 0:
            return
        time.sleep(_LOOK_SECONDS)  # the server is another process: there is nothing to wait on
    raise AssistError(f"The server did not load its library within {LOAD_SECONDS:.0f} s.")
