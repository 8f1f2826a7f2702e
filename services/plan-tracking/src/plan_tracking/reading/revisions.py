"""Revisions as their readers see them: content, answers, signatures, and what changed between two."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.call import Call
from common.database import Database, Reader
from common.errors import NotFound
from common.pagination import PageTokens
from sqlalchemy import select

from plan_tracking.domain.content import Content
from plan_tracking.domain.diff import Change, diff
from plan_tracking.domain.linter import Finding, lint
from plan_tracking.domain.signing import SignerRole
from plan_tracking.linting import setting_of
from plan_tracking.reading.access import ReadCase, note_read, open_read
from plan_tracking.storage.contents import load_content
from plan_tracking.storage.plan_tables import PlanRow, RevisionRow, SignatureRow
from plan_tracking.storage.plans import revision_of, signatures_of


@dataclass(frozen=True)
class SignatureView:
    """A signature; `record` is what proves it, empty for who sees states only."""

    row: SignatureRow
    record: dict[str, Any]


@dataclass(frozen=True)
class RevisionView:
    """A revision; without texts `content` and `counter_statement` are empty. `requests` are all there are to answer."""

    row: RevisionRow
    content: Content | None
    requests: Sequence[dict[str, str]]
    signatures: Sequence[SignatureView]
    counter_statement: str


async def get_revision(database: Database, call: Call, plan_id: UUID, number: int) -> RevisionView:
    """Return one revision; raise NotFound."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        view = await view_revision(case, await _visible(case, number))
    await note_read(database, call, case, "revision", view.row.id)
    return view


async def list_revisions(
    database: Database, call: Call, tokens: PageTokens, plan_id: UUID, size: int, token: str
) -> tuple[list[RevisionView], str]:
    """Return a page of the plan's revisions, oldest first, and the next page's token."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        page = tokens.open(
            size,
            token,
            identity=call.identity,
            now=database.clock.system(),
            question="ListRevisions",
            filters={"plan": plan_id},
        )
        query = select(RevisionRow).where(RevisionRow.tenant_id == reader.tenant_id, RevisionRow.plan_id == plan_id)
        found = (await reader.session.scalars(page.apply(query, RevisionRow.number, RevisionRow.id))).all()
        rows, following = page.close(found, lambda row: (row.number, row.id))
        views = [await view_revision(case, row) for row in rows if case.shows(row.started_at)]
    await note_read(database, call, case, "revisions", plan_id)
    return views, following


async def diff_revisions(database: Database, call: Call, plan_id: UUID, before: int, after: int) -> list[Change]:
    """Return what changed from one revision to another, field by field; raise NotFound without the texts."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        rows = [await _visible(case, number) for number in (before, after)]
        if not all(case.opens(row.started_at) for row in rows):
            raise NotFound(resource="revision", id=after)
        old, new = [await load_content(reader, row.id, case.plan.employee_id) for row in rows]
    await note_read(database, call, case, "revision", rows[1].id)
    return diff(old, new)


async def check_plan(database: Database, call: Call, plan_id: UUID) -> list[Finding]:
    """Return what the linter says of the newest revision; raise NotFound without the texts."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        row = await _visible(case, case.plan.revision)
        if not case.opens(row.started_at):
            raise NotFound(resource="plan", id=plan_id)
        content = await load_content(reader, row.id, case.plan.employee_id)
        today = (await case.days()).day_of(database.clock.now(reader.tenant_id))
        findings = lint(content, await setting_of(reader, case.interview, today, content))
    await note_read(database, call, case, "revision", row.id)
    return findings


async def view_revision(case: ReadCase, row: RevisionRow) -> RevisionView:
    """Return the revision as the caller sees it."""
    reader, plan = case.reader, case.plan
    signatures = await signatures_of(reader, plan.id, row.number)
    opened = case.opens(row.started_at)
    content = await load_content(reader, row.id, plan.employee_id) if opened else None
    views = [SignatureView(each, await _record(reader, each, plan, opened=opened)) for each in signatures]
    return RevisionView(
        row,
        content,
        case.interview.requests if opened else (),
        views,
        await _statement(reader, signatures, plan) if opened else "",
    )


async def signature_record(reader: Reader, row: SignatureRow, employee_id: UUID) -> dict[str, Any]:
    """Return the signature's record, opened."""
    opened = await reader.unseal("signature", "record", row.id, employee_id, row.record)
    record: dict[str, Any] = json.loads(opened)
    return record


async def frozen_content(reader: Reader, row: RevisionRow, employee_id: UUID) -> bytes:
    """Return the RFC 8785 bytes of a revision that was offered; raise NotFound for one that never was."""
    if row.content is None:
        raise NotFound(resource="revision", id=row.number)
    return (await reader.unseal("revision", "content", row.id, employee_id, row.content)).encode()


async def _visible(case: ReadCase, number: int) -> RevisionRow:
    row = await revision_of(case.reader, case.plan.id, number)
    if row is None or not case.shows(row.started_at):
        raise NotFound(resource="revision", id=number)
    return row


async def _record(reader: Reader, row: SignatureRow, plan: PlanRow, *, opened: bool) -> dict[str, Any]:
    return await signature_record(reader, row, plan.employee_id) if opened else {}


async def _statement(reader: Reader, signatures: Sequence[SignatureRow], plan: PlanRow) -> str:
    for row in signatures:
        if row.role == SignerRole.EMPLOYEE and row.statement is not None:
            return await reader.unseal("signature", "statement", row.id, plan.employee_id, row.statement)
    return ""
