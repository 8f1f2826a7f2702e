"""A secret of a setting: given outright, or in a file that is looked at whenever the secret is used."""

from collections.abc import Callable
from pathlib import Path

from common.watched import Watched

# Stands in every credential that a development stack makes, and nowhere else.
DEVELOPMENT_MARK = "development-only"


class Secret:
    """Something that is to be read when it is needed, and neither kept nor shown."""

    def __init__(self, read: Callable[[], str]) -> None:
        self.read = read

    @classmethod
    def given(cls, value: str) -> "Secret":
        """Return a secret that never changes."""
        return cls(lambda: value)

    @classmethod
    def in_file(cls, path: Path) -> "Secret":
        """Return the secret that a file holds at each moment, without the white space around it."""
        return cls(Watched(path, str.strip))

    def __bool__(self) -> bool:
        return bool(self.read())
