"""Everything that can be refused, each with a stable code and a sentence that names the way out."""

from __future__ import annotations

from typing import ClassVar


class AssistError(Exception):
    """A refusal whose message may be shown as it stands."""

    code: ClassVar[str] = "error"

    @property
    def message(self) -> str:
        return str(self)


class InvalidInput(AssistError):
    """A field of a request cannot be used as it is."""

    code = "invalid_input"


class NotFound(AssistError):
    """The thing named does not exist, or not for this asker."""

    code = "not_found"


class PathNotAllowed(AssistError):
    """A path leads outside the asker's root, or to something that is not a plain file or folder."""

    code = "path_not_allowed"


class TooLarge(AssistError):
    """An input passes a limit; the message gives the limit."""

    code = "too_large"


class Unreadable(AssistError):
    """A document cannot be read; the message names the file and the reason."""

    code = "unreadable"


class ReaderTimeout(Unreadable):
    """A document took longer to read than allowed and its reader was stopped."""

    code = "reader_timeout"


class Unsupported(AssistError):
    """No reader takes this kind of file."""

    code = "unsupported"


class StillStarting(AssistError):
    """The index is being opened; asking again in a moment succeeds."""

    code = "still_starting"


class OwnedElsewhere(AssistError):
    """Another process owns the data folder and cannot be reached."""

    code = "owned_elsewhere"


class StorageFull(AssistError):
    """The disk has no room; nothing that was acknowledged is lost."""

    code = "storage_full"


class StorageDamaged(AssistError):
    """The database or an index cannot be used; ``jupyter devassist doctor`` repairs it."""

    code = "storage_damaged"


class ModelUnavailable(AssistError):
    """The model named is not installed, cannot be loaded, or has failed."""

    code = "model_unavailable"


class Conflict(AssistError):
    """The thing exists already, or has changed since it was read."""

    code = "conflict"


class Busy(AssistError):
    """A limit on work at once is reached; asking again later succeeds."""

    code = "busy"


class NotPermitted(AssistError):
    """The asker is known but may not do this."""

    code = "not_permitted"
