"""Ports of stacks that start at the same moment, before any of their servers listens."""

import socket
import subprocess
import sys

from devstack.ports import ANY, HOST, any_free, choose, reserve

TAKE = """
import sys
from devstack.ports import any_free, reserve
print(any_free(1)[0] if len(sys.argv) == 1 else reserve(int(sys.argv[1])), flush=True)
sys.stdin.readline()
"""


def other(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start another process that reserves a port; returns it and what it said."""
    process = subprocess.Popen(
        [sys.executable, "-c", TAKE, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_a_port_that_another_process_has_reserved_is_passed_over_until_it_ends() -> None:
    process, port = other()
    assert not reserve(int(port))
    assert choose(["gateway"], {"gateway": int(port)}, any_port=True)["gateway"] != int(port)

    process.communicate("\n")

    assert reserve(int(port))
    refused, answer = other(port)
    refused.communicate("\n")
    assert answer == "False"


def test_a_port_on_which_somebody_listens_is_passed_over() -> None:
    with socket.socket() as server:
        server.bind((HOST, 0))
        assert not reserve(server.getsockname()[1])


def test_ports_are_distinct_and_below_those_of_outgoing_connections() -> None:
    ports = any_free(50)
    assert len(set(ports)) == 50
    assert set(ports) <= set(ANY)
