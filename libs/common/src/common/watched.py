"""A file that is read again when it changes, so that keys and secrets rotate without a restart."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from common.logging import get_logger

T = TypeVar("T")
Stamp = tuple[int, int, int]
log = get_logger(__name__)


class Watched(Generic[T]):
    """What a file says now, parsed.

    Kubernetes replaces a mounted secret by renaming a link, others rewrite it in place: inode, time and size tell.
    A file that is gone or no longer makes sense leaves in force what was read last; the first reading raises instead.
    """

    def __init__(self, path: Path, parse: Callable[[str], T]) -> None:
        self._path = path
        self._parse = parse
        self._failed: Stamp | None = None
        # Stamped before it is read: a change in between is seen at the next look.
        self._stamp = _stamp(path)
        self._content = parse(path.read_text())

    def __call__(self) -> T:
        """Return the content of this moment."""
        stamp: Stamp | None = None
        try:
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._content, self._stamp = self._parse(self._path.read_text()), stamp
        except Exception as failed:
            if stamp is None or stamp != self._failed:
                log.error("changed_file_not_taken_over", file=self._path.name, error=type(failed).__name__)
            self._failed = stamp
        return self._content


def _stamp(path: Path) -> Stamp:
    found = os.stat(path)
    return found.st_ino, found.st_mtime_ns, found.st_size
