"""The only source of the time and of new identities."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime


class Clock:
    """The machine's clock; tests hand in a frozen one."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back; for durations."""
        return time.perf_counter()

    def new_id(self) -> str:
        """128 random bits as 32 hexadecimal digits."""
        return secrets.token_hex(16)

    def thread_seconds(self) -> float:
        """Processor time of the calling thread; for limits that must not depend on how busy the machine is."""
        return time.thread_time()
