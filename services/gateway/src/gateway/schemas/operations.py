"""Long work."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from tandem.common.v1 import operations_pb2 as pb

from gateway.schemas.fields import moment, optional_text, word
from gateway.schemas.model import Output, PageQuery

_FORM = r"^[a-z]+(-[a-z]+)*~[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
OperationId = Annotated[str, Field(pattern=_FORM, examples=["directory~01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d"])]


class OperationState(StrEnum):
    """Where the work stands."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({OperationState.SUCCEEDED, OperationState.FAILED, OperationState.CANCELLED})


class OperationOut(Output):
    """One piece of long work."""

    id: OperationId
    kind: Annotated[str, Field(examples=["import_people"])]
    state: OperationState
    done: int
    total: Annotated[int | None, Field(description="Null until the work is counted.")]
    error_count: int
    warning_count: int
    results: Annotated[dict[str, int], Field(description="Counters of the outcome.", examples=[{"created": 311}])]
    resource_type: Annotated[str | None, Field(description="What it made, where that is one thing.")]
    resource_id: str | None
    error_file_id: Annotated[str | None, Field(description="The rows that failed, to be corrected; see /v1/files.")]
    failure_reason: str | None
    created_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, service: str, operation: pb.Operation) -> "OperationOut":
        """Return the operation under its id across services."""
        return cls(
            id=f"{service}~{operation.id}",
            kind=operation.kind,
            state=word(OperationState, pb.OperationState, operation.state),
            done=operation.done,
            total=operation.total if operation.HasField("total") else None,
            error_count=operation.error_count,
            warning_count=operation.warning_count,
            results=dict(operation.results),
            resource_type=optional_text(operation.resource_type),
            resource_id=optional_text(operation.resource_id),
            error_file_id=optional_text(operation.error_file_id),
            failure_reason=optional_text(operation.failure_reason),
            created_at=moment(operation.created_at),
            finished_at=moment(operation.finished_at),
        )


class Started(Output):
    """Long work that was accepted; follow it under `/v1/operations`."""

    operation_id: OperationId

    @classmethod
    def by(cls, service: str, operation_id: str) -> "Started":
        """Return the answer of a 202: the operation under its id across services."""
        return cls(operation_id=f"{service}~{operation_id}")


class OperationErrorOut(Output):
    """What is wrong with one row of the input."""

    row: int
    field: str
    code: str
    detail: Annotated[str, Field(description="In the caller's language.")]
    warning: bool

    @classmethod
    def of(cls, error: pb.OperationError, locale: str) -> "OperationErrorOut":
        """Return the row's error."""
        detail = error.zh if locale.startswith("zh") else error.en
        return cls(row=error.row, field=error.field, code=error.code, detail=detail, warning=error.warning)


class Service(StrEnum):
    """The services that do long work."""

    DIRECTORY = "directory"
    SCHEDULING = "scheduling"
    INTERVIEW_RECORD = "interview-record"
    PLAN_TRACKING = "plan-tracking"
    NOTIFICATION = "notification"
    METRICS = "metrics"


class OperationsQuery(PageQuery):
    """The query of a service's operations."""

    service: Annotated[Service, Field(description="The part of an operation's id before the `~`.")]
    kind: Annotated[str, Field(max_length=64, examples=["import_people"])] = ""
    state: OperationState | None = None


class OperationErrorsQuery(PageQuery):
    """The query of an operation's row errors."""

    page_size: Annotated[int, Field(ge=0, le=1000)] = 0
