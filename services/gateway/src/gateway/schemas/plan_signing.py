"""Signing a plan, refusing it, deciding a refusal, amending a plan in force."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.plan_tracking.v1 import amendment_pb2, refusal_pb2, signature_pb2
from tandem.plan_tracking.v1 import facts_pb2 as facts

from gateway.names import Names, PersonRef
from gateway.schemas.fields import moment, optional_text, optional_word, word
from gateway.schemas.model import Input, Output, Versioned
from gateway.schemas.people import Locale
from gateway.schemas.plans import PlanState
from gateway.schemas.revisions import ChangeOut, MeasureOut, SignatureOut

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal, of what was shown.")]
Text = Annotated[str, Field(min_length=1, max_length=4000)]


class RefusalKind(StrEnum):
    """Said by the employee, or a silence recorded by the manager."""

    STATED = "stated"
    SILENCE = "silence"


class RefusalDecision(StrEnum):
    """What the HRBP makes of a refusal."""

    REVISE = "revise"
    ISSUE = "issue"
    WITHDRAW = "withdraw"


class AmendmentState(StrEnum):
    """Where an amendment stands."""

    PROPOSED = "proposed"
    ACKNOWLEDGED = "acknowledged"
    RETRACTED = "retracted"


class SigningContent(Output):
    """What one signs: hash `content` as UTF-8 with SHA-256 and compare before sending the hash back."""

    revision: int
    content: Annotated[str, Field(description="The exact bytes (RFC 8785 JSON, UTF-8).")]
    content_hash: str
    consent: Annotated[str, Field(description="What signing means, in the language of the response.")]
    locale: str
    fresh_login_seconds: Annotated[int, Field(description="How old the login may be; 0: any.")]
    plan_version: int

    @classmethod
    def of(cls, shown: signature_pb2.GetSigningContentResponse) -> "SigningContent":
        """Return what is shown."""
        return cls(
            revision=shown.revision,
            content=shown.content.decode(),
            content_hash=shown.content_hash.hex(),
            consent=shown.consent,
            locale=shown.locale,
            fresh_login_seconds=shown.fresh_login_seconds,
            plan_version=shown.plan_version,
        )


class SignatureInput(Input):
    """A signature on what was shown."""

    revision: Annotated[int, Field(ge=1, le=10000)]
    content_hash: Hash
    locale: Annotated[Locale, Field(description="In which the consent was shown.")]
    counter_statement: Annotated[str, Field(max_length=8000, description="The employee's, beside the plan.")] = ""


class SignedOut(Versioned):
    """The signature, and where the plan stands with it."""

    plan_state: PlanState
    signature: SignatureOut

    @classmethod
    def of(cls, signed: signature_pb2.SignPlanResponse) -> "SignedOut":
        """Return the signature."""
        return cls(
            plan_state=word(PlanState, facts.PlanState, signed.plan_state),
            signature=SignatureOut.of(signed.signature),
            version=signed.plan_version,
        )


class RefusalInput(Input):
    """A refusal of what was shown."""

    revision: Annotated[int, Field(ge=1, le=10000)]
    content_hash: Hash
    reason: Text


class DecisionInput(Input):
    """The HRBP's decision on a refusal."""

    decision: RefusalDecision
    reason: Text


class RefusalOut(Output):
    """Why a revision was not signed, and what became of it."""

    revision: int
    kind: RefusalKind
    reason: str | None
    recorded_by: PersonRef | None
    recorded_at: datetime | None
    witnessed_by: PersonRef | None
    witnessed_at: datetime | None
    decide_by: datetime | None
    decision: RefusalDecision | None
    decision_reason: str | None
    decided_by: PersonRef | None
    decided_at: datetime | None

    @classmethod
    def of(cls, refusal: refusal_pb2.Refusal, names: Names) -> "RefusalOut":
        """Return the refusal with the names of its people."""
        return cls(
            revision=refusal.revision,
            kind=word(RefusalKind, facts.RefusalKind, refusal.kind),
            reason=optional_text(refusal.reason),
            recorded_by=names.optional_ref(refusal.recorded_by),
            recorded_at=moment(refusal.recorded_at),
            witnessed_by=names.optional_ref(refusal.witnessed_by),
            witnessed_at=moment(refusal.witnessed_at),
            decide_by=moment(refusal.decide_by),
            decision=optional_word(RefusalDecision, facts.RefusalDecision, refusal.decision),
            decision_reason=optional_text(refusal.decision_reason),
            decided_by=names.optional_ref(refusal.decided_by),
            decided_at=moment(refusal.decided_at),
        )


class AmendmentInput(Input):
    """A measure to replace inside its goal and dates."""

    measure_id: UUID
    action: Annotated[str, Field(min_length=1, max_length=2000)]
    owner_id: UUID
    resource: Annotated[str | None, Field(max_length=2000)] = None
    cadence: Annotated[str | None, Field(max_length=500)] = None
    due_on: Annotated[date, Field(description="Not after the replaced measure's.")]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class AmendmentOut(Versioned):
    """A measure replaced, or to be replaced once the employee acknowledges it."""

    id: UUID
    plan_id: UUID
    revision: int
    amendment: Annotated[int | None, Field(description="1 and up under its revision, once acknowledged.")]
    state: AmendmentState
    measure_id: UUID
    replacement: MeasureOut | None
    reason: str | None
    changes: list[ChangeOut]
    content_hash: str
    proposed_by: PersonRef | None
    proposed_at: datetime | None
    acknowledged_at: datetime | None

    @classmethod
    def of(cls, amendment: amendment_pb2.Amendment, names: Names, locale: str) -> "AmendmentOut":
        """Return the amendment."""
        replacement = amendment.replacement
        return cls(
            id=UUID(amendment.id),
            plan_id=UUID(amendment.plan_id),
            revision=amendment.revision,
            amendment=amendment.amendment or None,
            state=word(AmendmentState, amendment_pb2.AmendmentState, amendment.state),
            measure_id=UUID(amendment.measure_id),
            replacement=MeasureOut.of(replacement, names) if replacement.id else None,
            reason=optional_text(amendment.reason),
            changes=[ChangeOut.of(each, names, locale) for each in amendment.changes],
            content_hash=amendment.content_hash.hex(),
            proposed_by=names.optional_ref(amendment.proposed_by),
            proposed_at=moment(amendment.proposed_at),
            acknowledged_at=moment(amendment.acknowledged_at),
            version=amendment.version,
        )
