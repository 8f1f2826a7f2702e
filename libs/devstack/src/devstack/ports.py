"""Which port each server gets: the one it had, else the preferred one, else any free one."""

import fcntl
import secrets
import socket
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"

PREFERRED = {
    "gateway": 8080,
    "identity": 8085,
    "mail": 8025,
    "smtp": 8026,
    "traces": 16686,
    "postgres": 15432,
    "nats": 14222,
    "nats-monitor": 18222,
    "directory": 15051,
    "scheduling": 15052,
    "interview-record": 15053,
    "plan-tracking": 15054,
    "notification": 15055,
    "metrics": 15056,
}
# Below those that the kernel gives to outgoing connections, which would take one before its server has it.
ANY = range(20_000, 32_000)
_RESERVATIONS = Path(tempfile.gettempdir()) / "tandem-ports"
_reserved: dict[int, IO[str]] = {}


def reserve(port: int) -> bool:
    """Keep the loopback port for this process until it ends; false if a server or another process has it."""
    return is_free(port) and (port in _reserved or _lock(port))


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def any_free(count: int) -> list[int]:
    """Return distinct free loopback ports, reserved."""
    found: list[int] = []
    for port in secrets.SystemRandom().sample(ANY, len(ANY)):
        if len(found) == count:
            break
        if port not in _reserved and reserve(port):
            found.append(port)
    return found


def choose(names: Iterable[str], before: dict[str, int], *, any_port: bool = False) -> dict[str, int]:
    """Return a port for every server; `before` are those of the last run, `any_port` skips the preferred ones."""
    chosen: dict[str, int] = {}
    for name in names:
        wanted = [before.get(name), None if any_port else PREFERRED.get(name)]
        kept = next((port for port in wanted if port is not None and reserve(port)), None)
        chosen[name] = kept or any_free(1)[0]
    return chosen


def _lock(port: int) -> bool:
    # A lock that lasts as long as its file is open: two stacks that start at once choose before either listens.
    try:
        if not _RESERVATIONS.exists():
            _RESERVATIONS.mkdir(exist_ok=True)
            # Other users' stacks keep their reservations here too.
            _RESERVATIONS.chmod(0o1777)
        reservation = (_RESERVATIONS / str(port)).open("a")
    except PermissionError:
        return False
    try:
        fcntl.flock(reservation, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        reservation.close()
        return False
    _reserved[port] = reservation
    return True
