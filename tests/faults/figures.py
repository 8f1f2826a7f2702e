"""What the fault tests have measured: printed at their end, and kept in `.tandem/faults.json`."""

import json
from pathlib import Path

Figure = int | float | str


class Figures:
    """Figures by test, such as T06; whoever reads a run sees not only that it passed but by how much."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.noted: dict[str, dict[str, Figure]] = {}

    def note(self, test: str, **figures: Figure) -> None:
        """Keep what a test has measured; floats are seconds or ratios."""
        rounded = {name: round(value, 2) if isinstance(value, float) else value for name, value in figures.items()}
        self.noted.setdefault(test, {}).update(rounded)
        self._path.parent.mkdir(exist_ok=True)
        self._path.write_text(json.dumps(self.noted, indent=2) + "\n")

    def lines(self) -> list[str]:
        """Return one line per test."""
        return [
            f"{test}: " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())
            for test, figures in sorted(self.noted.items())
        ]
