"""Keeps tests off the network: sockets reach this machine only."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest


def is_local(address: object) -> bool:
    """Tells whether a socket address (or host name) is this machine itself."""
    if isinstance(address, tuple):
        address = address[0]
    if address in ("", None, "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(address)).is_loopback
    except ValueError:
        return False


def forbid_network(patch: pytest.MonkeyPatch) -> None:
    """Makes any look-up of, or connection to, another machine fail the running test.

    The failure is not an ordinary exception, so a library's own fallback cannot swallow it.
    """
    connect, connect_ex, look_up = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def check(address: object) -> None:
        if not is_local(address):
            pytest.fail(f"a test tried to reach {address!r}; tests must not use the network")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family != socket.AF_UNIX:
            check(address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        check(host.decode() if isinstance(host, bytes) else host)
        return look_up(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
