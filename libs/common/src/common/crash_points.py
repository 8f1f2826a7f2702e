"""Named points at which a fault test may kill the process; nothing but a comparison where no test asked for it.

The variable is read here and not from the settings, because the points lie below everything that has settings;
production refuses to start with it.
"""

import os
import signal
from pathlib import Path

VARIABLE = "TANDEM_CRASH_POINTS"
_folder = Path(os.environ[VARIABLE]) if VARIABLE in os.environ else None

POINTS = (
    "command-claimed",
    "command-decided",
    "rows-written",
    "audit-written",
    "events-written",
    "committed",
    "event-published",
    "event-marked",
    "event-handled",
    "event-acknowledged",
)


def crash_point(name: str) -> None:
    """Kill this process, once, if the test's folder holds a file of the point's name."""
    if _folder is None:
        return
    asked = _folder / name
    try:
        asked.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
