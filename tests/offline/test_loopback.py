from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = Path(__file__).with_name("loopback.py")
LEFT, NO_NAMESPACE = 113, 114

LEAVING = {
    "a connection": "socket.socket().connect_ex(('192.0.2.1', 80))",
    "a connection over IPv6": "socket.socket(socket.AF_INET6).connect_ex(('2001:db8::1', 80))",
    "a datagram": "socket.socket(type=socket.SOCK_DGRAM).connect_ex(('192.0.2.1', 53))",
    "a grandchild": "subprocess.run([sys.executable, '-c', "
    "'import socket; socket.socket().connect_ex((\"192.0.2.1\", 80))'])",
}


def run(code: str) -> subprocess.CompletedProcess[str]:
    outcome = subprocess.run(
        [sys.executable, RUNNER, sys.executable, "-c", f"import socket, subprocess, sys; {code}"],
        capture_output=True,
        text=True,
    )
    if outcome.returncode == NO_NAMESPACE:
        pytest.skip(outcome.stderr.strip())
    return outcome


@pytest.mark.parametrize("code", LEAVING.values(), ids=LEAVING)
def test_what_tries_to_leave_is_counted(code: str):
    outcome = run(code)
    assert outcome.returncode == LEFT
    assert "1 attempts" in outcome.stderr


def test_loopback_itself_is_free():
    outcome = run("here = socket.create_server(('127.0.0.1', 0)); socket.create_connection(here.getsockname()).close()")
    assert outcome.returncode == 0, outcome.stderr


def test_the_status_of_the_command_is_kept():
    assert run("sys.exit(7)").returncode == 7
