"""A plan's revisions: goals, measures, answers, signatures, and what changed between two."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.interview_record.v1 import facts_pb2 as interview
from tandem.plan_tracking.v1 import facts_pb2 as facts
from tandem.plan_tracking.v1 import revision_pb2, signature_pb2

from gateway.names import Names, PersonRef
from gateway.schemas.fields import day, moment, optional_id, optional_text, optional_word, word
from gateway.schemas.model import Input, Output
from gateway.schemas.texts import said


class RevisionState(StrEnum):
    """Where a revision stands."""

    DRAFT = "draft"
    OFFERED = "offered"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    REFUSED = "refused"


class Direction(StrEnum):
    """Which way a metric gets better."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"


class SignerRole(StrEnum):
    """As what somebody signed."""

    EMPLOYEE = "employee"
    MANAGER = "manager"


class MeasureOut(Output):
    """改进措施."""

    id: UUID
    action: str
    owner: PersonRef | None
    resource: str | None
    cadence: str | None
    due_on: date | None
    author: PersonRef | None
    edited_by: PersonRef | None
    amended_by: Annotated[int, Field(description="The amendment it came by; 0: as the revision said.")]

    @classmethod
    def of(cls, measure: revision_pb2.Measure, names: Names) -> "MeasureOut":
        """Return the measure with the names of its people."""
        return cls(
            id=UUID(measure.id),
            action=measure.action,
            owner=names.optional_ref(measure.owner_id),
            resource=optional_text(measure.resource),
            cadence=optional_text(measure.cadence),
            due_on=day(measure.due_on),
            author=names.optional_ref(measure.author_id),
            edited_by=names.optional_ref(measure.edited_by),
            amended_by=measure.amended_by,
        )


class GoalOut(Output):
    """改进目标, with its measures. Decimals are text."""

    id: UUID
    text: str
    shortfall_id: UUID | None
    metric_code: str | None
    baseline: str | None
    target: str | None
    measure_unit: str | None
    direction: Direction | None
    due_on: date | None
    author: PersonRef | None
    edited_by: PersonRef | None
    measures: list[MeasureOut]

    @classmethod
    def of(cls, goal: revision_pb2.Goal, names: Names) -> "GoalOut":
        """Return the goal."""
        return cls(
            id=UUID(goal.id),
            text=goal.text,
            shortfall_id=optional_id(goal.shortfall_id),
            metric_code=optional_text(goal.metric_code),
            baseline=optional_text(goal.baseline),
            target=optional_text(goal.target),
            measure_unit=optional_text(goal.measure_unit),
            direction=optional_word(Direction, interview.Direction, goal.direction),
            due_on=day(goal.due_on),
            author=names.optional_ref(goal.author_id),
            edited_by=names.optional_ref(goal.edited_by),
            measures=[MeasureOut.of(each, names) for each in goal.measures],
        )


class AnswerOut(Output):
    """The answer to a request of the self-analysis; the request's text is there."""

    request_id: UUID
    request_hash: Annotated[str, Field(description="Keyed hash of the request's text, which a signature binds.")]
    answered: bool
    accepted: bool
    measure_id: UUID | None
    reason: str | None

    @classmethod
    def of(cls, answer: revision_pb2.RequestAnswer) -> "AnswerOut":
        """Return the answer."""
        return cls(
            request_id=UUID(answer.request_id),
            request_hash=answer.keyed_hash.hex(),
            answered=answer.answered,
            accepted=answer.accepted,
            measure_id=optional_id(answer.measure_id),
            reason=optional_text(answer.reason),
        )


class SignatureOut(Output):
    """A signature on the exact bytes, and how identity was proven."""

    role: SignerRole
    person_id: UUID
    name: Annotated[str, Field(description="As it was then; empty where you see states only.")]
    signed_at: datetime | None
    content_hash: str
    previous_signature_hash: str | None
    issuer: str | None
    subject: str | None
    acr: str | None
    auth_time: datetime | None
    consent: str | None
    locale: str | None

    @classmethod
    def of(cls, signature: signature_pb2.Signature) -> "SignatureOut":
        """Return the signature."""
        return cls(
            role=word(SignerRole, facts.SignerRole, signature.role),
            person_id=UUID(signature.person_id),
            name=signature.name,
            signed_at=moment(signature.signed_at),
            content_hash=signature.content_hash.hex(),
            previous_signature_hash=signature.previous_signature_hash.hex() or None,
            issuer=optional_text(signature.issuer),
            subject=optional_text(signature.issuer_subject),
            acr=optional_text(signature.acr),
            auth_time=moment(signature.auth_time),
            consent=optional_text(signature.consent),
            locale=optional_text(signature.locale),
        )


class RevisionOut(Output):
    """A plan's content in one version; goals and answers are empty where you see states only."""

    revision: int
    state: RevisionState
    goals: list[GoalOut]
    answers: list[AnswerOut]
    signatures: list[SignatureOut]
    content_hash: str | None
    offered_at: datetime | None
    in_force_at: datetime | None
    issued: Annotated[bool, Field(description="In force without the employee's consent.")]
    ends_on: date | None
    counter_statement: str | None

    @classmethod
    def of(cls, revision: revision_pb2.Revision, names: Names) -> "RevisionOut":
        """Return the revision."""
        return cls(
            revision=revision.revision,
            state=word(RevisionState, facts.RevisionState, revision.state),
            goals=[GoalOut.of(each, names) for each in revision.goals],
            answers=[AnswerOut.of(each) for each in revision.answers],
            signatures=[SignatureOut.of(each) for each in revision.signatures],
            content_hash=revision.content_hash.hex() or None,
            offered_at=moment(revision.offered_at),
            in_force_at=moment(revision.in_force_at),
            issued=revision.issued,
            ends_on=day(revision.ends_on),
            counter_statement=optional_text(revision.counter_statement),
        )


class ChangeOut(Output):
    """One difference, as a person reads it."""

    field: str
    kind: Annotated[str, Field(description="`added`, `removed` or `changed`.")]
    before: str | None
    after: str | None
    detail: Annotated[str, Field(description="In the language of the response.")]

    @classmethod
    def of(cls, change: revision_pb2.Change, names: Names, locale: str) -> "ChangeOut":
        """Return the difference, with owners by name."""
        detail = said(change.text, locale)
        for owner_id in owners_in(change):
            detail = detail.replace(owner_id, names.ref(owner_id).name or owner_id)
        return cls(
            field=change.field,
            kind=change.kind,
            before=optional_text(change.before),
            after=optional_text(change.after),
            detail=detail,
        )


class Changes(Output):
    """What changed between two revisions: goals, measures, answers."""

    items: list[ChangeOut]


class DiffQuery(Input):
    """Which two revisions."""

    from_revision: Annotated[int, Field(ge=1, le=10000)]
    to_revision: Annotated[int, Field(ge=1, le=10000)]


def people_of_revision(revision: revision_pb2.Revision) -> Iterator[str]:
    """Yield the ids of everyone a revision names."""
    for goal in revision.goals:
        yield from (goal.author_id, goal.edited_by)
        for measure in goal.measures:
            yield from (measure.owner_id, measure.author_id, measure.edited_by)


def owners_in(change: revision_pb2.Change) -> list[str]:
    """Return the ids of the owners that a difference is about; its other values are not people."""
    return [each for each in (change.before, change.after) if each] if change.field.endswith(".owner_id") else []
