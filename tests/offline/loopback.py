"""Run a command where there is no network but loopback, and count its attempts to reach anything else.

``python tests/offline/loopback.py COMMAND...`` moves itself into a new network namespace, starts the command there
and waits for it. The namespace has no route to anywhere, and the kernel counts every connection and every datagram
that found none, whichever process made it and however short it lived. So a count of zero says that nothing in the run
tried to leave the machine by IP; name look-ups are datagrams and count too, also those to a resolver on loopback. It
says nothing about code the command did not run.

Exit status: that of the command; 113 if it succeeded but something tried to leave; 114 if this system gives no
namespace (Linux with user namespaces, or root).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

LEFT, NO_NAMESPACE = 113, 114

QUIETING = {"CI", "GITHUB_ACTIONS", "DO_NOT_TRACK", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"}

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def main(command: list[str]) -> int:
    try:
        enter_namespace()
    except OSError as reason:
        sys.stderr.write(f"loopback: no network namespace here: {reason}\n")
        return NO_NAMESPACE
    before = attempts()
    status = subprocess.run(command, env=outside_of_ci(), check=False).returncode
    made = {name: count - before[name] for name, count in attempts().items() if count > before[name]}
    sys.stderr.write(f"loopback: {sum(made.values())} attempts to leave the machine {made or ''}".rstrip() + "\n")
    return status or (LEFT if made else 0)


def outside_of_ci() -> dict[str, str]:
    """The environment without what tells a library to keep quiet because nobody but a machine is watching."""
    return {name: value for name, value in os.environ.items() if name not in QUIETING}


def enter_namespace() -> None:
    """Leave the machine's network for one that has only loopback, as the same user as before."""
    if sys.platform != "linux":
        raise OSError("not Linux")
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET if user == 0 else CLONE_NEWUSER | CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(control, SIOCGIFFLAGS, request)[:18])[1]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | IFF_UP))


def attempts() -> dict[str, int]:
    """What the kernel has counted in this namespace: packets without a route, and datagrams that nobody took."""
    counted = {}
    lines = Path("/proc/net/snmp").read_text(encoding="ascii").splitlines()
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        protocol = names.partition(":")[0]
        counted |= {
            f"{protocol}{name}": int(value) for name, value in zip(names.split()[1:], values.split()[1:], strict=True)
        }
    six = Path("/proc/net/snmp6")
    if six.exists():
        counted |= {line.split()[0]: int(line.split()[1]) for line in six.read_text(encoding="ascii").splitlines()}
    return {name: counted.get(name, 0) for name in ("IpOutNoRoutes", "Ip6OutNoRoutes", "UdpNoPorts", "Udp6NoPorts")}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
