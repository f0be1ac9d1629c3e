"""No connection and no name beyond this machine: what a test asks of the network is refused, and told to the test run.

Python imports a module of this name as it starts, so the guard holds in every process that a test starts as well
(``tests/conftest.py`` puts this folder on their path).
"""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

REPORT = "BEYOND_LOOPBACK"
"""The variable that names the file in which each attempt is noted."""
_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


def stays(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
    own = getattr(address, "ipv4_mapped", None) or address
    return bool(own.is_loopback or own.is_unspecified)


def _check(sock: socket.socket, address: Any) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6) and not stays(address[0]):
        _refuse(f"connected to {address[0]}:{address[1]}")


def _refuse(what: str) -> None:
    told = f"a test {what}; tests stay on loopback: serve it there, or hand in a resolver"
    if REPORT in os.environ:
        with Path(os.environ[REPORT]).open("a", encoding="utf-8") as report:
            report.write(f"{told}\n")
    raise AssertionError(told)


def connect(self: socket.socket, address: Any) -> None:
    """As the socket's own, on loopback alone."""
    _check(self, address)
    return _connect(self, address)


def connect_ex(self: socket.socket, address: Any) -> int:
    """As the socket's own, on loopback alone."""
    _check(self, address)
    return _connect_ex(self, address)


def getaddrinfo(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:
    """As the system's, for what needs no name server: addresses in any spelling, and this machine's own name."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name and not stays(name) and not flags & socket.AI_NUMERICHOST:
        try:
            _getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
        except socket.gaierror:
            _refuse(f"looked {name!r} up")
        except UnicodeError:
            pass  # no name at all: the call itself says so
    return _getaddrinfo(host, port, family, type, proto, flags)


socket.socket.connect = connect  # type: ignore[method-assign]
socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
socket.getaddrinfo = getaddrinfo
