"""Signed acts: each leaves a record that proves who put their name under which bytes, chained to the plan's last."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.errors import Unauthenticated
from common.ids import new_id
from common.sealed import MasterKeys
from common.signer import open_signer_name

from plan_tracking.casefile import Casefile
from plan_tracking.domain.consent import consent_text
from plan_tracking.domain.signing import Act, SignatureRecord, SignerRole, record_hash
from plan_tracking.storage.plan_tables import SignatureRow
from plan_tracking.storage.plans import last_signature

GENESIS = b"\0" * 32


@dataclass(frozen=True)
class Signing:
    """What signing needs beside the case: the keys that open the signer's name, and real time."""

    keys: MasterKeys
    system_now: datetime


async def sign_act(
    file: Casefile,
    signing: Signing,
    act: Act,
    role: SignerRole,
    *,
    revision: int,
    content_hash: bytes,
    locale: str,
    statement: str = "",
    amendment: int = 0,
) -> SignatureRow:
    """Write the signature of the calling person; the statement is sealed beside it, its keyed hash in the record."""
    tx, plan, identity = file.tx, file.plan, file.tx.identity
    if identity.person_id is None:
        raise Unauthenticated
    last = await last_signature(tx, plan.id)
    text, shown_in = consent_text(act, role, locale)
    record = SignatureRecord(
        plan_id=plan.id,
        revision=revision,
        amendment=amendment,
        content_hash=content_hash,
        act=act,
        role=role,
        person_id=identity.person_id,
        signer_name=_signer_name(signing, file),
        tenant_id=tx.tenant_id,
        issuer=identity.issuer,
        issuer_subject=identity.issuer_subject,
        acr=identity.acr,
        auth_time=identity.auth_time,
        signed_at=tx.now,
        recorded_at=signing.system_now,
        consent_text=text,
        consent_locale=shown_in,
        statement_commitment=await tx.commitment(plan.employee_id, statement) if statement else b"",
        previous=last.record_hash if last else GENESIS,
    )
    canonical = record.canonical()
    row = SignatureRow(
        tenant_id=tx.tenant_id,
        id=new_id(),
        plan_id=plan.id,
        ordinal=last.ordinal + 1 if last else 1,
        revision=revision,
        amendment=amendment,
        act=act.value,
        role=role.value,
        person_id=identity.person_id,
        signed_at=tx.now,
        content_hash=content_hash,
        record_hash=record_hash(canonical),
        previous_hash=record.previous,
    )
    row.record = await tx.seal("signature", "record", row.id, plan.employee_id, canonical.decode())
    if statement:
        row.statement = await tx.seal("signature", "statement", row.id, plan.employee_id, statement)
    tx.add(row)
    await tx.session.flush()
    return row


def acting_as(file: Casefile, person_id: UUID) -> SignerRole:
    """Return the role in which one of the two parties signs."""
    return SignerRole.EMPLOYEE if person_id == file.plan.employee_id else SignerRole.MANAGER


def _signer_name(signing: Signing, file: Casefile) -> str:
    # Only signing asks directory for the name; the other acts are recorded under the person's id.
    if not file.tx.identity.signer_name:
        return ""
    return open_signer_name(signing.keys, file.tx.identity)
