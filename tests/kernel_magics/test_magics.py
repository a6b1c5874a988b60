from __future__ import annotations

import re
import signal
import threading

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.utils.capture import capture_output

from kernel_magics.results import AskedAnswer

EXTRACT = {"code": "not_found", "message": "There is no collection named 'Maths'."}


def run(shell, cell: str):
    """Run a cell and return its result with what it printed and displayed."""
    with capture_output() as captured:
        result = shell.run_cell(cell, store_history=True)
    return result, captured


def questions(api) -> list[str]:
    return [body["text"] for _, path, body, _ in api.requests if path == "ask"]


@pytest.mark.parametrize(
    "cell, question",
    [
        ("%ask what is a list", "what is a list"),
        ("%ask what is a list?", "what is a list?"),
        ("%ask what is a list??", "what is a list??"),
        ("%ask what's wrong here?", "what's wrong here?"),
        ('%ask why "that?', 'why "that?'),
        ("%ask -5 is negative?", "-5 is negative?"),
        ("%ask -- --k is an option?", "--k is an option?"),
        ('%ask df["col"] {hits.append(1)} $HOME \\d+?', 'df["col"] {hits.append(1)} $HOME \\d+?'),
        ("ans = %ask what is a list?", "what is a list?"),
        ("x = 1\nif x:\n    %ask what is a list?\ny = 2", "what is a list?"),
        ("%%ask\nwhat is\n%%a list? {hits.append(1)} $x", "what is\n%%a list? {hits.append(1)} $x"),
        ("%%ask first line\nsecond line?", "first line\nsecond line?"),
        ("%%ask --k 3 first\nsecond", "first\nsecond"),
        ("%ask ümläut 🙂?", "ümläut 🙂?"),
    ],
)
def test_a_question_arrives_as_it_was_typed(connected, api, cell, question):
    connected.user_ns["hits"] = []
    result, _ = run(connected, cell)
    assert result.success
    assert questions(api) == [question]
    assert connected.user_ns["hits"] == []


@pytest.mark.parametrize("cell", ["%ask?", "%ask ?", "%devassist?", "ask?"])
def test_a_question_mark_alone_shows_the_help(connected, api, cell):
    shown = []
    connected.set_hook("show_in_pager", lambda shell, data, *rest: shown.append(data["text/plain"]))
    result, _ = run(connected, cell)
    assert api.requests == []
    assert shown or not result.success or "not found" in str(result)


def test_text_in_a_string_is_left_alone(connected, api):
    run(connected, "text = '''\n%ask what is it?\n'''")
    assert connected.user_ns["text"] == "\n%ask what is it?\n"
    assert api.requests == []


def test_options_come_first_and_limit_the_search(connected, api):
    run(connected, "%ask --k 3 --path lessons/ --path='my notes' --collection \"Data course\" --model extractive why?")
    (_, _, body, _) = api.requests[0]
    assert body == {
        "text": "why?",
        "k": 3,
        "filters": {"paths": ["lessons/", "my notes"], "collections": ["Data course"]},
        "model": "extractive",
    }


@pytest.mark.parametrize(
    "cell, names",
    [
        ("%ask --foo what", "--foo"),
        ("%ask --k many what", "--k"),
        ("%ask --k 51 what", "1 to 50"),
        ("%ask --path", "--path"),
        ("%ask", "Ask something"),
        ("%%ask\n   \n", "Ask something"),
        ("%devassist dance", "dance"),
        ("%devassist search", "Search for something"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(connected, api, cell, names):
    result, captured = run(connected, cell)
    assert not result.success
    assert isinstance(result.error_in_exec, Exception)
    shown = captured.stdout.strip()
    assert names in shown
    assert len(shown.splitlines()) == 1
    assert api.requests == []


def test_the_answer_can_be_kept_and_looked_into(connected):
    run(connected, "ans = %ask how do I join?")
    answer = connected.user_ns["ans"]
    assert answer.text.startswith("Use `join`")
    assert answer.supported is True
    assert [citation["path"] for citation in answer.citations] == ["course/03 joins.ipynb"]
    assert answer.json()["citations"][0] == {
        "marker": 1,
        "path": "course/03 joins.ipynb",
        "lines": [1, 2],
        "cell_id": "abc-1",
        "quote": "join aligns on the <index>",
        "score": 0.9,
    }


def test_json_returns_plain_data_and_shows_nothing_else(in_kernel):
    result, captured = run(in_kernel, "data = %ask --json how do I join?\ndata['supported']")
    assert result.result is True
    assert captured.outputs == []
    assert in_kernel.user_ns["data"]["question"] == "how do I join?"


def test_in_a_notebook_one_output_grows_and_the_cell_shows_it_once(in_kernel):
    result, captured = run(in_kernel, "%ask how do I join?")
    assert result.success
    assert len(captured.outputs) == 2
    html = captured.outputs[-1].data["text/html"]
    assert "Sources" in html
    assert "join aligns" in captured.outputs[-1].data["text/plain"]
    assert result.result is in_kernel.user_ns["_"]


def test_a_kept_answer_shows_itself_again_in_a_later_cell(in_kernel):
    run(in_kernel, "ans = %ask how do I join?")
    _, captured = run(in_kernel, "ans")
    (output,) = captured.outputs
    assert "Sources" in output.data["text/html"]


def test_in_a_terminal_the_text_is_written_once_with_its_sources(connected):
    _, captured = run(connected, "%ask how do I join?")
    assert captured.stdout.count("aligns on the index [1]") == 1
    assert "[1] course/03 joins.ipynb · cell 4" in captured.stdout
    assert captured.outputs == []


OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    "cell", ["%ask why", "%ask --json why", "%devassist search why", "%devassist status", "%devassist index"]
)
def test_a_terminal_is_sent_nothing_it_would_obey(connected, hostile, cell):
    result, captured = run(connected, cell)
    shown = captured.stdout + captured.stderr + repr(result.result)
    assert "owned" in shown or cell == "%devassist search why"
    assert not OBEYED.search(shown)


@pytest.mark.parametrize("cell", ["%ask why", "%devassist search why"])
def test_a_page_is_sent_no_tag_that_came_from_a_document(in_kernel, hostile, cell):
    _, captured = run(in_kernel, cell)
    bundle = captured.outputs[-1].data
    assert "<img" not in bundle["text/html"]
    assert not OBEYED.search(bundle["text/plain"])
    links = re.findall('href="([^"]*)"', bundle["text/html"])
    assert links
    assert all(re.fullmatch(r"[\w./%#=-]+", link) for link in links)


def test_the_ticket_goes_to_the_server_and_nowhere_else(connected, api):
    _, captured = run(connected, "ans = %ask why?\nans")
    assert api.requests[0][3] == "DevAssist secret-ticket"
    assert "secret-ticket" not in captured.stdout + captured.stderr + repr(connected.user_ns["ans"])


def test_a_refusal_is_its_sentence_alone(connected, api):
    api.replies["ask"] = [(404, EXTRACT)]
    result, captured = run(connected, "%ask --collection Maths why?")
    assert not result.success
    assert captured.stdout.strip() == EXTRACT["message"]


def test_a_server_that_is_starting_is_waited_for(connected, api):
    starting = (503, {"code": "still_starting", "message": "Try again."})
    api.replies["ask"] = [starting, (200, None)]
    result, _ = run(connected, "%ask why?")
    assert result.success
    assert len(api.requests) == 2


def test_a_failure_in_the_middle_keeps_what_was_said(in_kernel, api):
    api.events = [*api.events[:4], {"type": "failed", "code": "internal", "message": "Answering failed."}]
    result, captured = run(in_kernel, "ans = %ask why?")
    assert result.success
    assert "Answering failed." in captured.outputs[-1].data["text/html"]
    assert in_kernel.user_ns["ans"].state == "failed"


def test_a_failure_before_any_text_fails_the_cell(in_kernel, api):
    api.events = [api.events[0], {"type": "failed", "code": "internal", "message": "Answering failed."}]
    result, captured = run(in_kernel, "%ask why?")
    assert not result.success
    assert captured.stdout.strip() == "Answering failed."


def test_a_stream_that_breaks_off_says_so(in_kernel, api):
    api.events = api.events[:4]
    run(in_kernel, "ans = %ask why?")
    assert "broke off" in in_kernel.user_ns["ans"].message


def test_an_interrupt_keeps_the_partial_answer_marked_as_stopped(in_kernel, api, monkeypatch):
    taken, hung_up = threading.Event(), threading.Event()
    take = AskedAnswer.take

    def notice(answer: AskedAnswer, event) -> None:
        take(answer, event)
        if event["type"] == "delta":
            taken.set()

    def interrupt(position: int) -> None:
        if position == 3:
            taken.wait(5)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            hung_up.wait(5)

    monkeypatch.setattr(AskedAnswer, "take", notice)
    api.on_event = interrupt
    result, captured = run(in_kernel, "ans = %ask why?")
    hung_up.set()
    assert result.success
    answer = in_kernel.user_ns["ans"]
    assert (answer.state, answer.text) == ("stopped", "Use `join`: **it** aligns on the index [1].\n")
    assert "Stopped" in captured.outputs[-1].data["text/html"]
    assert "Stopped" in captured.outputs[-1].data["text/plain"]


def test_search_shows_passages_and_hands_them_back(in_kernel, api):
    passage = api.events[1]["passages"][0]
    api.replies["search"] = [(200, {"query": "mean", "passages": [passage], "legs": ["lexical"], "timings_ms": {}})]
    _, captured = run(in_kernel, "found = %devassist search --k 2 rolling mean?")
    assert api.requests[0][2] == {"query": "rolling mean?", "k": 2, "filters": {"paths": [], "collections": []}}
    assert "notes/time.md · lines 5-7" in captured.outputs[0].data["text/plain"]
    assert [passage["path"] for passage in in_kernel.user_ns["found"]] == ["notes/time.md"]


def job(state: str, done: int, message: str | None = None) -> dict:
    progress = {"done": done, "total": 3, "unit": "files", "stage": "Reading", "rate_per_second": None,
                "remaining_seconds": None, "detail": None}  # fmt: skip
    return {"id": "j", "kind": "scan", "key": "k", "title": "t", "state": state, "progress": progress,
            "error_code": None, "message": message, "created_at": "", "finished_at": None}  # fmt: skip


def test_index_follows_the_job_to_its_end(connected, api, monkeypatch):
    monkeypatch.setattr("kernel_magics.magics.POLL_SECONDS", 0.01)
    api.replies["sources"] = [(200, job("queued", 0))]
    api.replies["jobs"] = [(200, [job("running", 1)]), (200, [job("done", 3, "3 files are indexed.")])]
    result, captured = run(connected, "%devassist index lessons")
    assert result.success
    assert api.requests[0][2] == {"path": "lessons"}
    assert "Reading 1 of 3 files" in captured.stdout
    assert captured.stdout.rstrip().endswith("3 files are indexed.")


def test_index_tells_why_it_failed(connected, api, monkeypatch):
    monkeypatch.setattr("kernel_magics.magics.POLL_SECONDS", 0.01)
    api.replies["sources"] = [(200, job("failed", 0, "The disk is full."))]
    result, captured = run(connected, "%devassist index")
    assert not result.success
    assert "The disk is full." in captured.stdout


def test_options_are_completed(connected):
    with provisionalcompleter():
        completions = list(connected.Completer.completions("%ask --mo", 9))
    assert "--model" in [completion.text for completion in completions]


def test_unloading_takes_the_magics_back(connected):
    connected.extension_manager.unload_extension("kernel_magics")
    assert connected.find_line_magic("ask") is None
    assert connected.find_line_magic("devassist") is None
