"""The command `service` of an image: runs the service that TANDEM_SERVICE names, or looks at one from outside."""

import os
import runpy
import signal
import sys
from importlib.metadata import version

from common.smoke import smoke


def main() -> None:
    """Run `service serve | migrate | smoke URL | version`."""
    # Process 1 of a container ignores signals it has no handler for; until `serve` has its own, the end is at once.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if sys.argv[1:2] == ["smoke"]:
        sys.exit(smoke(*sys.argv[2:]))
    try:
        name = os.environ["TANDEM_SERVICE"]
    except KeyError:
        sys.exit("TANDEM_SERVICE is not set: which service is to run?")
    if sys.argv[1:2] == ["version"]:
        print(version(f"tandem-{name}"))
        return
    # What fails names the program, not this command.
    sys.argv[0] = name
    runpy.run_module(name.replace("-", "_"), run_name="__main__", alter_sys=True)
