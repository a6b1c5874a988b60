"""The one table from refusals to statuses, and what a refusal looks like on the wire."""

from __future__ import annotations

from http.client import responses

from tornado import web

from .. import errors
from ..values import Value

STATUS: dict[type[errors.AssistError], int] = {
    errors.InvalidInput: 400,
    errors.NotPermitted: 403,
    errors.PathNotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.Unreadable: 422,
    errors.Unsupported: 422,
    errors.Busy: 429,
    errors.StorageDamaged: 500,
    errors.ModelUnavailable: 503,
    errors.OwnedElsewhere: 503,
    errors.StillStarting: 503,
    errors.StorageFull: 507,
}

RETRY_AFTER_SECONDS: dict[type[errors.AssistError], int] = {errors.StillStarting: 1, errors.Busy: 2}

_HTTP: dict[int, tuple[str, str]] = {
    400: ("invalid_input", "The request cannot be read."),
    403: ("not_permitted", "This is not permitted: sign in to Jupyter, or use a ticket that is still valid for it."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This cannot be done here."),
    415: ("unsupported_media_type", "Send the request as application/json."),
}


class Problem(Value):
    """Why a request was refused: a stable code, and a sentence that may be shown."""

    code: str
    message: str


def status_of(error: BaseException) -> int:
    """The status of the nearest class in the table; what is not a refusal of ours is 500."""
    if isinstance(error, web.HTTPError):
        return error.status_code
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def problem_of(error: BaseException, reference: str) -> Problem:
    """What the asker may know of an error. ``reference`` finds an unexpected one in the log."""
    if isinstance(error, errors.AssistError):
        return Problem(code=error.code, message=error.message)
    if isinstance(error, web.HTTPError):
        code, message = _HTTP.get(
            error.status_code, ("http_error", responses.get(error.status_code, "The request failed."))
        )
        return Problem(code=code, message=message)
    return Problem(
        code="internal", message=f"Something failed unexpectedly; the server's log tells more under {reference}."
    )


def retry_after(error: BaseException) -> int | None:
    """Seconds after which asking again is sensible."""
    return next((RETRY_AFTER_SECONDS[kind] for kind in type(error).__mro__ if kind in RETRY_AFTER_SECONDS), None)
