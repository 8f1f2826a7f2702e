"""The numbers by which people speak of a plan's parts: goal 1, measure 1.2."""

from __future__ import annotations

from typing import Any

import typer

from tandem_client.api import Document
from tandem_client.cli.language import say


def revision_of(plan: Document) -> dict[str, Any]:
    """Return the revision that is worked on: the newest."""
    return dict(plan["newest"])


def governing_of(plan: Document) -> dict[str, Any]:
    """Return the revision that governs, or the newest while none does."""
    return dict(plan.get("in_force") or plan["newest"])


def goal_of(revision: dict[str, Any], number: str) -> dict[str, Any]:
    """Return goal `number`, counted from 1."""
    return _nth(revision["goals"], number, number)


def measure_of(revision: dict[str, Any], number: str) -> dict[str, Any]:
    """Return measure `1.2`: the second of the first goal."""
    goal, _, measure = number.partition(".")
    return _nth(goal_of(revision, goal)["measures"], measure, number)


def _nth(parts: list[dict[str, Any]], position: str, shown: str) -> dict[str, Any]:
    if position.isdigit() and 1 <= int(position) <= len(parts):
        return parts[int(position) - 1]
    raise typer.BadParameter(say(f"the plan has no {shown}", f"计划中没有 {shown}"))
