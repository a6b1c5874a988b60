"""Tickets: how a kernel, and another process of the same person, reach this API and nothing else.

A ticket is 256 random bits in a file that only its user can read. Here only its hash is kept.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ..clock import Clock

log = logging.getLogger(__name__)

SCHEME = "DevAssist "
LIFETIME = timedelta(hours=24)
RENEWED_AFTER = timedelta(hours=12)

KERNEL_SCOPES = frozenset(
    {
        "devassist.status:read",
        "devassist.search:read",
        "devassist.answers:execute",
        "devassist.library:execute",  # bring a file or folder of the root up to date
        "devassist.jobs:read",
    }
)
"""What the magics need, and no more: no history of questions, and nothing that removes or changes."""


@dataclass(eq=False, slots=True)
class Grant:
    """What the bearer of one ticket may do. Holds nothing that must be kept secret."""

    actor: str
    scopes: frozenset[str] | None
    """None: every operation."""
    kernel_id: str | None
    minted_at: datetime
    on_revoke: list[Callable[[], object]] = field(default_factory=list)
    """Called when the ticket is withdrawn; a stream that is still running ends itself through it."""

    def allows(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes

    @property
    def speaks_for_others(self) -> bool:
        return self.scopes is None


class Tickets:
    """Mints, checks and withdraws the tickets of one server."""

    def __init__(
        self,
        *,
        folder: Path,
        address: Callable[[], dict[str, str | None]],
        is_running: Callable[[str], bool],
        clock: Clock,
    ) -> None:
        self._folder = folder
        self._address = address
        self._is_running = is_running
        self._clock = clock
        self._grants: dict[bytes, Grant] = {}

    def mint_for_kernel(self, kernel_id: str, actor: str) -> Path:
        """Write the kernel's ticket where its magics look for it; an earlier one ends."""
        self.revoke_kernel(kernel_id)
        secret = self._mint(Grant(actor, KERNEL_SCOPES, kernel_id, self._clock.now()))
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._file(kernel_id)
        write_private(path, {**self._address(), "ticket": secret})
        return path

    def mint_owner(self, actor: str) -> str:
        """A ticket for the whole API, for other processes of the same person; lasts as long as this server."""
        return self._mint(Grant(actor, None, None, self._clock.now()))

    def grant(self, header: str) -> Grant | None:
        """What an Authorization header's ticket allows now, if anything."""
        grant = self._grants.get(_digest(header.removeprefix(SCHEME).strip()))
        if grant is None or grant.kernel_id is None:
            return grant
        if not self._is_running(grant.kernel_id) or self._clock.now() - grant.minted_at > LIFETIME:
            self.revoke_kernel(grant.kernel_id)
            return None
        return grant

    def renew(self) -> None:
        """Give long-lived kernels a new ticket and forget those of kernels that are gone."""
        for grant in [grant for grant in self._grants.values() if grant.kernel_id is not None]:
            kernel_id = str(grant.kernel_id)
            if not self._is_running(kernel_id):
                self.revoke_kernel(kernel_id)
            elif self._clock.now() - grant.minted_at > RENEWED_AFTER:
                self.mint_for_kernel(kernel_id, grant.actor)

    def revoke_kernel(self, kernel_id: str) -> None:
        """Withdraw a kernel's ticket, if it has one."""
        for digest, grant in list(self._grants.items()):
            if grant.kernel_id == kernel_id:
                self._withdraw(digest)
                self._file(kernel_id).unlink(missing_ok=True)

    def close(self) -> None:
        """Withdraw every ticket."""
        for digest, grant in list(self._grants.items()):
            if grant.kernel_id is not None:
                self._file(grant.kernel_id).unlink(missing_ok=True)
            self._withdraw(digest)

    def _mint(self, grant: Grant) -> str:
        secret = secrets.token_urlsafe(32)
        self._grants[_digest(secret)] = grant
        return secret

    def _withdraw(self, digest: bytes) -> None:
        for end in self._grants.pop(digest).on_revoke:
            end()

    def _file(self, kernel_id: str) -> Path:
        return self._folder / f"kernel-{Path(kernel_id).name}.json"


def write_private(path: Path, content: dict[str, str | None]) -> None:
    """Replace a file at once, readable by its user alone from its first byte on."""
    descriptor, draft = tempfile.mkstemp(prefix=".", dir=path.parent)  # made with mode 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)
    Path(draft).replace(path)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
