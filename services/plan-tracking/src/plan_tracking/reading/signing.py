"""What a signer is shown, what the archive takes, and what became of a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from common.call import Call
from common.database import Database, Reader
from common.errors import Forbidden, NotFound
from sqlalchemy import or_, select

from plan_tracking.casefile import NotOffered
from plan_tracking.domain.consent import consent_text
from plan_tracking.domain.signing import Act, SignerRole
from plan_tracking.domain.states import RevisionState
from plan_tracking.policy import POLICY, case_of
from plan_tracking.reading.access import note_read, open_read
from plan_tracking.reading.revisions import SignatureView, frozen_content, signature_record
from plan_tracking.storage.plan_tables import AmendmentRow, PlanRow, RefusalRow, RevisionRow, SignatureRow
from plan_tracking.storage.plans import refusal_of, revision_of, signatures_of


@dataclass(frozen=True)
class SigningSheet:
    """The exact bytes to sign, what signing them means, and how fresh the login must be (0: no matter)."""

    revision: int
    content: bytes
    content_hash: bytes
    consent: str
    locale: str
    fresh_login_seconds: int
    plan_version: int


@dataclass(frozen=True)
class SignedRevision:
    """A concluded revision for the archive: bytes, signatures, amendments, and reasons where it was refused."""

    plan: PlanRow
    revision: RevisionRow
    content: bytes
    signatures: Sequence[SignatureView]
    counter_statement: str
    amendments: Sequence[bytes]
    refusal_reason: str
    decision_reason: str


@dataclass(frozen=True)
class RefusalView:
    """A refusal with its texts, which are empty for who sees states only."""

    row: RefusalRow
    reason: str
    decision_reason: str


async def get_signing_content(database: Database, call: Call, plan_id: UUID) -> SigningSheet:
    """Return what the caller is to sign; raise NotOffered, Forbidden for who does not sign."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        facts = case_of(case.employee, case.interview, case.plan.manager_id)
        POLICY.require(call.identity, "plan.sign", facts, id=plan_id)
        row = await revision_of(reader, plan_id, case.plan.revision)
        if row is None or row.state != RevisionState.OFFERED:
            raise NotOffered(state="" if row is None else row.state)
        employee = call.identity.person_id == case.plan.employee_id
        role = SignerRole.EMPLOYEE if employee else SignerRole.MANAGER
        text, locale = consent_text(Act.SIGNED, role, call.identity.locale)
        rules = case.rules
        return SigningSheet(
            row.number,
            await frozen_content(reader, row, case.plan.employee_id),
            row.content_hash or b"",
            text,
            locale,
            rules.fresh_login_seconds if rules.fresh_login else 0,
            case.plan.version,
        )


async def get_signed_revision(
    database: Database, call: Call, plan_id: UUID, number: int, amendment: int
) -> SignedRevision:
    """Return a concluded revision for the archive; raise Forbidden, NotFound for one that never concluded."""
    if not POLICY.can(call.identity, "plan.get_signed_revision"):
        raise Forbidden(action="plan.get_signed_revision")
    async with database.read(call.identity) as reader:
        plan = await reader.session.get(PlanRow, (reader.tenant_id, plan_id))
        if plan is None:
            raise NotFound(resource="plan", id=plan_id)
        row = await _concluded(reader, plan, number)
        signatures = await signatures_of(reader, plan_id, row.number)
        refusal = await refusal_of(reader, plan_id, row.number)
        opened = RefusalView(refusal, *await _reasons(reader, refusal, plan)) if refusal else None
        return SignedRevision(
            plan,
            row,
            await frozen_content(reader, row, plan.employee_id),
            [SignatureView(each, await signature_record(reader, each, plan.employee_id)) for each in signatures],
            await _counter_statement(reader, signatures, plan.employee_id),
            await _amendments(reader, plan, row.number, amendment),
            opened.reason if opened else "",
            opened.decision_reason if opened else "",
        )


async def get_refusal(database: Database, call: Call, plan_id: UUID, number: int) -> RefusalView:
    """Return the refusal of a revision, by default the newest; raise NotFound."""
    async with database.read(call.identity) as reader:
        case = await open_read(reader, plan_id)
        row = await refusal_of(reader, plan_id, number)
        if row is None or not case.shows(row.recorded_at):
            raise NotFound(resource="refusal", id=plan_id)
        texts = await _reasons(reader, row, case.plan) if case.opens(row.recorded_at) else ("", "")
    await note_read(database, call, case, "refusal", row.id)
    return RefusalView(row, *texts)


async def _concluded(reader: Reader, plan: PlanRow, number: int) -> RevisionRow:
    """Return the revision by number, or the newest (0), among those that were signed, issued or refused."""
    query = select(RevisionRow).where(
        RevisionRow.tenant_id == reader.tenant_id,
        RevisionRow.plan_id == plan.id,
        or_(RevisionRow.in_force_at.is_not(None), RevisionRow.state == RevisionState.REFUSED),
    )
    if number:
        query = query.where(RevisionRow.number == number)
    row: RevisionRow | None = await reader.session.scalar(query.order_by(RevisionRow.number.desc()).limit(1))
    if row is None:
        raise NotFound(resource="revision", id=number)
    return row


async def _reasons(reader: Reader, row: RefusalRow, plan: PlanRow) -> tuple[str, str]:
    async def text(column: str, sealed: bytes | None) -> str:
        if sealed is None:
            return ""
        return await reader.unseal("refusal", column, row.id, plan.employee_id, sealed)

    return await text("reason", row.reason), await text("decision_reason", row.decision_reason)


async def _counter_statement(reader: Reader, signatures: Sequence[SignatureRow], employee_id: UUID) -> str:
    for row in signatures:
        if row.statement is not None:
            return await reader.unseal("signature", "statement", row.id, employee_id, row.statement)
    return ""


async def _amendments(reader: Reader, plan: PlanRow, revision: int, up_to: int) -> list[bytes]:
    rows = await reader.session.scalars(
        select(AmendmentRow)
        .where(
            AmendmentRow.tenant_id == reader.tenant_id,
            AmendmentRow.plan_id == plan.id,
            AmendmentRow.revision == revision,
            AmendmentRow.state == "acknowledged",
            AmendmentRow.number <= up_to,
        )
        .order_by(AmendmentRow.number)
    )
    return [
        (await reader.unseal("amendment", "content", row.id, plan.employee_id, row.content)).encode()
        for row in rows.all()
    ]
