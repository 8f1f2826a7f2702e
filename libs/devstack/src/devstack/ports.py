"""Which port each server gets: the one it had, else the preferred one, else any free one."""

import socket

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
    """Return distinct free loopback ports."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def choose(before: dict[str, int], *, any_port: bool = False) -> dict[str, int]:
    """Return a port for every server; `before` are those of the last run, `any_port` skips the preferred ones."""
    fallback = dict(zip(PREFERRED, any_free(len(PREFERRED)), strict=True))
    if any_port:
        return fallback | before
    chosen: dict[str, int] = {}
    for name, preferred in PREFERRED.items():
        candidates = [port for port in (before.get(name), preferred) if port]
        chosen[name] = next((port for port in candidates if is_free(port)), fallback[name])
    return chosen
