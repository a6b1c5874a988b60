from __future__ import annotations

from tornado import web

from jupyter_devassist import errors
from jupyter_devassist.server.problems import STATUS, problem_of, status_of


def leaves(kind: type) -> list[type]:
    below = kind.__subclasses__()
    return [leaf for child in below for leaf in leaves(child)] or [kind]


def test_every_refusal_has_a_status_of_its_own():
    for leaf in leaves(errors.AssistError):
        assert any(kind in STATUS for kind in leaf.__mro__), leaf.__name__


def test_every_refusal_has_a_code_that_no_other_has():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AssistError)]
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_jupyters_own_errors_say_nothing_of_what_they_logged():
    error = web.HTTPError(403, "token abc of /root/x")
    assert status_of(error) == 403
    assert "abc" not in problem_of(error, "r").message


def test_an_unexpected_error_shows_only_where_to_look():
    problem = problem_of(KeyError("a document's text"), "1a2b")
    assert problem.code == "internal"
    assert "1a2b" in problem.message
    assert "document" not in problem.message
