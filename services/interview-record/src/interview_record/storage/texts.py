"""Sealed texts of an interview, opened."""

import json
from typing import Protocol
from uuid import UUID

from interview_record.storage.interview_tables import InterviewRow


class Unseals(Protocol):
    """A transaction or a reader: both open what is sealed."""

    async def unseal(self, table: str, column: str, row_id: UUID, subject_id: UUID, sealed: bytes) -> str:
        """Return the text."""


async def open_text(
    source: Unseals, table: str, column: str, row_id: UUID, subject_id: UUID, sealed: bytes | None
) -> str:
    """Return the text, empty where there is none."""
    return "" if sealed is None else await source.unseal(table, column, row_id, subject_id, sealed)


async def goal_texts(source: Unseals, row: InterviewRow) -> tuple[str, list[str]]:
    """Return core goal and directions; empty while none is set."""
    core_goal = await open_text(source, "interview", "core_goal", row.id, row.employee_id, row.core_goal)
    directions = await open_text(source, "interview", "directions", row.id, row.employee_id, row.directions)
    return core_goal, json.loads(directions) if directions else []
