"""Amendments as their readers see them."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound
from common.pagination import PageTokens
from sqlalchemy import select

from plan_tracking.domain.diff import Change
from plan_tracking.reading.access import ReadCase, note_read, open_read
from plan_tracking.storage.plan_tables import AmendmentRow


@dataclass(frozen=True)
class AmendmentView:
    """An amendment; without texts `replacement`, `reason` and `changes` are empty."""

    row: AmendmentRow
    replacement: dict[str, Any]
    reason: str
    changes: tuple[Change, ...]


async def get_amendment(database: Database, call: Call, amendment_id: UUID) -> AmendmentView:
    """Return one amendment; raise NotFound."""
    async with database.read(call.identity) as reader:
        row = await reader.session.get(AmendmentRow, (reader.tenant_id, amendment_id))
        if row is None:
            raise NotFound(resource="amendment", id=amendment_id)
        case = await open_read(reader, row.plan_id)
        if not case.shows(row.proposed_at):
            raise NotFound(resource="amendment", id=amendment_id)
        return await _view(case, row)


async def list_amendments(
    database: Database, call: Call, tokens: PageTokens, plan_id: UUID, size: int, token: str
) -> tuple[list[AmendmentView], str]:
    """Return a page of the plan's amendments, oldest first, and the next page's token."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        page = tokens.open(
            size,
            token,
            identity=call.identity,
            now=database.clock.system(),
            question="ListAmendments",
            filters={"plan": plan_id},
        )
        query = select(AmendmentRow).where(AmendmentRow.tenant_id == reader.tenant_id, AmendmentRow.plan_id == plan_id)
        found = (await reader.session.scalars(page.apply(query, AmendmentRow.proposed_at, AmendmentRow.id))).all()
        rows, following = page.close(found, lambda row: (row.proposed_at, row.id))
        views = [await _view(case, row) for row in rows if case.shows(row.proposed_at)]
    await note_read(database, call, case, "amendments", plan_id)
    return views, following


async def _view(case: ReadCase, row: AmendmentRow) -> AmendmentView:
    if not case.opens(row.proposed_at):
        return AmendmentView(row, {}, "", ())

    async def text(column: str, sealed: bytes) -> str:
        return await case.reader.unseal("amendment", column, row.id, case.plan.employee_id, sealed)

    changes = tuple(Change(**each) for each in json.loads(await text("changes", row.changes)))
    return AmendmentView(
        row, json.loads(await text("replacement", row.replacement)), await text("reason", row.reason), changes
    )
