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
from plan_tracking.domain.signing import (
    Act,
    ContentChanged,
    SignatureRecord,
    SignerRole,
    record_hash,
    require_proof,
    require_standing,
)
from plan_tracking.storage.plan_tables import RevisionRow, SignatureRow
from plan_tracking.storage.plans import last_signature

GENESIS = b"\0" * 32


@dataclass(frozen=True)
class Signing:
    """What signing needs beside the case: the keys that open the signer's name, and real time."""

    keys: MasterKeys
    system_now: datetime


@dataclass(frozen=True)
class Acting:
    """What is done to which bytes, in which role; the statement is sealed, its keyed hash goes into the record."""

    act: Act
    role: SignerRole
    revision: int
    content_hash: bytes
    locale: str
    statement: str = ""
    amendment: int = 0


async def sign_act(file: Casefile, signing: Signing, acting: Acting) -> SignatureRow:
    """Write the signature of the calling person, chained to the plan's last."""
    tx, plan, person_id = file.tx, file.plan, file.tx.identity.person_id
    if person_id is None:
        raise Unauthenticated
    last = await last_signature(tx, plan.id)
    record = await _record(file, signing, acting, person_id, last.record_hash if last else GENESIS)
    canonical = record.canonical()
    row = SignatureRow(
        tenant_id=tx.tenant_id,
        id=new_id(),
        plan_id=plan.id,
        ordinal=last.ordinal + 1 if last else 1,
        revision=acting.revision,
        amendment=acting.amendment,
        act=acting.act.value,
        role=acting.role.value,
        person_id=person_id,
        signed_at=tx.now,
        content_hash=acting.content_hash,
        record_hash=record_hash(canonical),
        previous_hash=record.previous,
    )
    row.record = await tx.seal("signature", "record", row.id, plan.employee_id, canonical.decode())
    if acting.statement:
        row.statement = await tx.seal("signature", "statement", row.id, plan.employee_id, acting.statement)
    tx.add(row)
    await tx.session.flush()
    return row


async def _record(
    file: Casefile, signing: Signing, acting: Acting, person_id: UUID, previous: bytes
) -> SignatureRecord:
    tx, plan, identity = file.tx, file.plan, file.tx.identity
    text, shown_in = consent_text(acting.act, acting.role, acting.locale)
    commitment = await tx.commitment(plan.employee_id, acting.statement) if acting.statement else b""
    return SignatureRecord(
        plan_id=plan.id,
        revision=acting.revision,
        amendment=acting.amendment,
        content_hash=acting.content_hash,
        act=acting.act,
        role=acting.role,
        person_id=person_id,
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
        statement_commitment=commitment,
        previous=previous,
    )


@dataclass(frozen=True)
class Shown:
    """Which revision a signer was shown, and the hash of its bytes."""

    revision: int
    content_hash: bytes


async def require_shown(file: Casefile, action: str, shown: Shown) -> RevisionRow:
    """Return the offered revision; raise NotOffered, or ContentChanged unless the signer saw exactly this one."""
    offered = await file.offered(action)
    if offered.number != shown.revision or offered.content_hash != shown.content_hash:
        raise ContentChanged
    return offered


def require_signer(file: Casefile, signing: Signing) -> None:
    """Raise StandingTooOld or FreshLoginRequired unless the caller has proven who they are as the playbook asks."""
    require_standing(file.tx.identity, signing.system_now)
    require_proof(file.tx.identity, file.rules, signing.system_now)


def acting_as(file: Casefile, person_id: UUID) -> SignerRole:
    """Return the role in which one of the two parties signs."""
    return SignerRole.EMPLOYEE if person_id == file.plan.employee_id else SignerRole.MANAGER


def _signer_name(signing: Signing, file: Casefile) -> str:
    # Only signing asks directory for the name; the other acts are recorded under the person's id.
    if not file.tx.identity.signer_name:
        return ""
    return open_signer_name(signing.keys, file.tx.identity)
