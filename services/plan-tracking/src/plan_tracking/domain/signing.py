"""Who may sign, with which proof, and the record that proves it later (controls.md 3.5)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import rfc8785
from common.errors import AppError, Forbidden, FreshLoginRequired, Kind
from common.identity import Identity

from plan_tracking.domain.rules import PlanRules

STANDING_AGE = timedelta(seconds=10)
CLOCK_SKEW = timedelta(seconds=30)


class SignerRole(StrEnum):
    """In which role a person puts their name under an act."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    HR = "hr"
    WITNESS = "witness"


class Act(StrEnum):
    """What is signed: the content itself, or one's stand towards it."""

    SIGNED = "signed"
    REFUSED = "refused"
    SILENCE_RECORDED = "silence_recorded"
    WITNESSED = "witnessed"
    DECIDED = "decided"
    ACKNOWLEDGED = "acknowledged"


class ContentChanged(AppError):
    """The bytes that the signer saw are not the ones offered."""

    kind = Kind.PRECONDITION
    reason = "CONTENT_CHANGED"
    en = "The plan is not the one you were shown; read it again before you sign."
    zh = "计划内容与您看到的不一致，请重新阅读后再签署。"


class AlreadySigned(AppError):
    """One signature per role and revision."""

    kind = Kind.CONFLICT
    reason = "ALREADY_SIGNED"
    en = "You have signed this revision already."
    zh = "您已签署此版本。"


class SigningBlocked(AppError):
    """A fact on the sheet is disputed."""

    kind = Kind.PRECONDITION
    reason = "DISPUTE_OPEN"
    en = "A dispute about the facts is open ({count}); the plan can be signed once it is decided."
    zh = "尚有 {count} 项事实异议未裁定，裁定后方可签署。"


class StandingTooOld(AppError):
    """The directory was not asked just now whether the signer still stands."""

    kind = Kind.PRECONDITION
    reason = "STANDING_TOO_OLD"
    en = "Your standing was not confirmed within the last 10 seconds; try again."
    zh = "您的身份状态未在最近 10 秒内确认，请重试。"


def require_person(identity: Identity, action: str) -> UUID:
    """Return the person who acts; raise Forbidden for machine clients and services, which may not sign."""
    if identity.kind != "person" or identity.person_id is None:
        raise Forbidden(action=action)
    return identity.person_id


def require_standing(identity: Identity, system_now: datetime) -> None:
    """Raise StandingTooOld unless the directory confirmed the person within the last 10 seconds (real time)."""
    checked = identity.standing_checked_at
    # The claim is cut to whole seconds.
    if checked is None or not -CLOCK_SKEW <= system_now - checked <= STANDING_AGE + timedelta(seconds=1):
        raise StandingTooOld


def require_proof(identity: Identity, rules: PlanRules, system_now: datetime) -> None:
    """Raise FreshLoginRequired where the playbook asks for a fresh login and the last one is too old (RFC 9470)."""
    if not rules.fresh_login:
        return
    age = None if identity.auth_time is None else system_now - identity.auth_time
    # acr "0" says that no authentication worth the name took place (OpenID Connect Core 2).
    if (
        age is None
        or identity.acr in {"", "0"}
        or not -CLOCK_SKEW <= age <= timedelta(seconds=rules.fresh_login_seconds)
    ):
        raise FreshLoginRequired(max_age=rules.fresh_login_seconds)


@dataclass(frozen=True)
class SignatureRecord:
    """All that proves one act later; `previous` chains it to the plan's record before."""

    plan_id: UUID
    revision: int
    amendment: int
    content_hash: bytes
    act: Act
    role: SignerRole
    person_id: UUID
    signer_name: str
    tenant_id: UUID
    issuer: str
    issuer_subject: str
    acr: str
    auth_time: datetime | None
    signed_at: datetime
    recorded_at: datetime
    consent_text: str
    consent_locale: str
    statement_commitment: bytes
    previous: bytes

    def canonical(self) -> bytes:
        """Return the record's RFC 8785 bytes; `signed_at` is business time, `recorded_at` real time."""
        return rfc8785.dumps(
            {
                "schema": "tandem.signature/1",
                "tenant_id": str(self.tenant_id),
                "plan_id": str(self.plan_id),
                "revision": self.revision,
                "amendment": self.amendment,
                "content_sha256": self.content_hash.hex(),
                "act": self.act.value,
                "role": self.role.value,
                "person_id": str(self.person_id),
                "name": self.signer_name,
                "issuer": self.issuer,
                "subject": self.issuer_subject,
                "acr": self.acr,
                "auth_time": _moment(self.auth_time),
                "signed_at": _moment(self.signed_at),
                "recorded_at": _moment(self.recorded_at),
                "consent_text": self.consent_text,
                "consent_locale": self.consent_locale,
                "statement_hmac": self.statement_commitment.hex(),
                "previous_sha256": self.previous.hex(),
            }
        )


def record_hash(canonical: bytes) -> bytes:
    """Return the SHA-256 of a record's bytes, which the next record of the plan names."""
    return hashlib.sha256(canonical).digest()


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="microseconds")
