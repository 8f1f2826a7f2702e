"""Where the lines of the processes go."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from devstack.process import Sink

RUNNER = "devstack"
_ROUTINE = {
    "nats": ("[INF]", "Plaintext passwords"),
    "postgres": (" LOG:  ", "the database system is starting up"),
    "identity": ("in-memory adapter",),
}
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)


def console(out: TextIO = sys.stdout, *, width: int = 16) -> Sink:
    """Return a sink that prints `time name | line`, coloured per name on a terminal."""
    colours: dict[str, int] = {}

    def write(name: str, line: str) -> None:
        label = f"{time.strftime('%H:%M:%S')} {name:<{width}} |"
        if out.isatty():
            colour = colours.setdefault(name, _COLOURS[len(colours) % len(_COLOURS)])
            label = f"\x1b[{colour}m{label}\x1b[0m"
        print(label, line, file=out, flush=True)

    return write


def json_lines(out: TextIO = sys.stdout) -> Sink:
    """Return a sink that prints one JSON object a line; a line that is one already keeps its fields."""

    def write(name: str, line: str) -> None:
        try:
            fields = json.loads(line)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            fields = {"time": datetime.now(UTC).isoformat(), "message": line}
        print(json.dumps({"process": name, **fields}, ensure_ascii=False), file=out, flush=True)

    return write


def files(folder: Path) -> Sink:
    """Return a sink that appends to one file per name."""
    folder.mkdir(parents=True, exist_ok=True)

    def write(name: str, line: str) -> None:
        with (folder / f"{name}.log").open("a") as log:
            log.write(f"{time.strftime('%H:%M:%S')} {line}\n")

    return write


def hushed(sink: Sink) -> Sink:
    """Return a sink that leaves out what servers say when all is well."""

    def write(name: str, line: str) -> None:
        if not any(mark in line for mark in _ROUTINE.get(name, ())):
            sink(name, line)

    return write


def both(first: Sink, second: Sink) -> Sink:
    """Return a sink that writes to both."""

    def write(name: str, line: str) -> None:
        first(name, line)
        second(name, line)

    return write
