"""Reading a case: what of it the caller sees, until when, and the audit entry that a text leaves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound
from common.identity import Identity
from common.policy import Case
from common.transaction import Transaction
from tandem.interview_record.v1.playbook_rules_pb2 import PlaybookRules

from interview_record.policy import POLICY, case_of, horizon
from interview_record.storage.facts_queries import rules_of
from interview_record.storage.interview_tables import InterviewRow


@dataclass(frozen=True)
class SeenCase:
    """A case as one caller may see it; `until` bounds what a past manager reads."""

    row: InterviewRow
    rules: PlaybookRules
    case: Case
    identity: Identity
    texts: bool
    until: datetime | None

    @property
    def as_employee(self) -> bool:
        """Tell whether the caller is the person whom the case is about."""
        return self.identity.person_id == self.row.employee_id

    def sees(self, written_at: datetime | None) -> bool:
        """Tell whether the caller may read a text of that moment; false for one not written."""
        return self.texts and written_at is not None and (self.until is None or written_at <= self.until)

    def require_text(self, written_at: datetime | None, resource: str) -> None:
        """Raise NotFound for a text that is not there for the caller."""
        if not self.sees(written_at):
            raise NotFound(resource=resource, id=self.row.id)


@asynccontextmanager
async def reading(database: Database, call: Call) -> AsyncIterator[Transaction]:
    """Open a transaction for a read that may leave an audit entry; without a key, nothing is claimed."""
    async with database.transaction(Call(call.identity, call.method)) as tx:
        yield tx


async def see_case(tx: Transaction, interview_id: UUID) -> SeenCase:
    """Return the case; raise NotFound for one that the caller may not know of."""
    row = await tx.session.get(InterviewRow, (tx.tenant_id, interview_id))
    if row is None:
        raise NotFound(resource="interview", id=interview_id)
    case = await case_of(tx.session, row)
    POLICY.require(tx.identity, "interview.read", case, id=interview_id)
    texts = "texts" in POLICY.visible_fields(tx.identity, "interview.read", case)
    rules = await rules_of(tx.session, tx.tenant_id, row.playbook_id, row.playbook_version)
    return SeenCase(row, rules, case, tx.identity, texts, horizon(tx.identity, row))


def note_read(tx: Transaction, seen: SeenCase, resource: str, resource_id: UUID | None = None) -> None:
    """Audit that a text of the case was read by somebody other than the person it is about."""
    if seen.as_employee:
        return
    reader = tx.identity.person_id
    tx.audit(f"{resource}.read", "interview", seen.row.id, reader_id=reader, text_id=resource_id or seen.row.id)
