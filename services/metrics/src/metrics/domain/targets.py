"""What is aimed at, and by when (domain.md, "What is measured")."""

from dataclasses import dataclass
from datetime import date

from metrics.domain.moments import months_later

KINDS = ("coverage", "compliance", "satisfaction", "attainment")
_DEFAULTS = {"coverage": (90.0, 6), "compliance": (85.0, 12), "satisfaction": (75.0, 12), "attainment": (80.0, 24)}


@dataclass(frozen=True)
class Target:
    """A percentage to be reached on a day."""

    kind: str
    percent: float
    due_on: date


@dataclass(frozen=True)
class Targets:
    """A tenant's targets; version 0 are the defaults, never set."""

    programme_starts_on: date
    targets: tuple[Target, ...]
    version: int = 0


def default_targets(programme_starts_on: date) -> Targets:
    """Return what is aimed at until the tenant sets its own."""
    return Targets(
        programme_starts_on,
        tuple(Target(kind, percent, months_later(programme_starts_on, n)) for kind, (percent, n) in _DEFAULTS.items()),
    )
