"""Who is asking: from Jupyter's user, or from a ticket, to an Actor."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from jupyter_server.auth import IdentityProvider, User
from jupyter_server.auth.identity import LegacyIdentityProvider, PasswordIdentityProvider
from tornado.httputil import HTTPHeaders

from ..values import Actor
from .tickets import Grant

LOCAL = "local"
"""The one person of a server whose users are told apart by nothing but a shared token or password."""

ROOT_HEADER = "X-DevAssist-Root"
ACTOR_HEADER = "X-DevAssist-Actor"


def name_of(user: User, provider: IdentityProvider) -> str:
    """A lasting name: Jupyter's own providers draw a new one for every browser."""
    if type(provider) in (IdentityProvider, PasswordIdentityProvider, LegacyIdentityProvider):
        return LOCAL
    return user.username


def actor_of(user: User, provider: IdentityProvider, root: Path) -> Actor:
    """The actor behind a request that Jupyter has authenticated."""
    return Actor(name=name_of(user, provider), root=root)


def actor_of_ticket(grant: Grant, root: Path, headers: HTTPHeaders) -> Actor:
    """The actor behind a ticket; only the owner's ticket may speak for somebody else."""
    if grant.speaks_for_others and ROOT_HEADER in headers:
        return Actor(name=unquote(headers.get(ACTOR_HEADER, LOCAL)), root=Path(unquote(headers[ROOT_HEADER])).resolve())
    return Actor(name=grant.actor, root=root)
