"""Incidents and highlights, and the files that facts came by."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from tandem.interview_record.v1 import fact_import_pb2, fact_pb2, facts_pb2

from gateway.names import Names, PersonRef
from gateway.schemas.fields import day, moment, optional_id, optional_text, word
from gateway.schemas.kpi_results import person_id_of
from gateway.schemas.model import Input, PageQuery, Versioned

Text = Annotated[str, Field(min_length=1, max_length=4000)]


class DatedFactKind(StrEnum):
    """Bad or good."""

    INCIDENT = "incident"
    HIGHLIGHT = "highlight"


class FactOut(Versioned):
    """A dated incident or highlight with its evidence."""

    id: UUID
    person: PersonRef
    kind: DatedFactKind
    happened_on: date | None
    text: Annotated[str | None, Field(description="Absent where you see dates only.")]
    evidence: Annotated[str | None, Field(description="Where it can be seen.")]
    evidence_file_ids: list[UUID]
    import_id: UUID | None
    added_in_interview_id: Annotated[UUID | None, Field(description="The interview in whose session it was added.")]
    recorded_by: Annotated[PersonRef | None, Field(description="Null: a machine.")]
    recorded_at: datetime | None
    supersedes_id: UUID | None
    superseded_by_id: UUID | None
    superseded: bool

    @classmethod
    def of(cls, fact: fact_pb2.Fact, names: Names) -> "FactOut":
        """Return the fact."""
        return cls(
            id=UUID(fact.id),
            person=names.ref(fact.person_id),
            kind=word(DatedFactKind, facts_pb2.FactKind, fact.kind),
            happened_on=day(fact.happened_on),
            text=optional_text(fact.text),
            evidence=optional_text(fact.evidence),
            evidence_file_ids=[UUID(each) for each in fact.evidence_blob_ids],
            import_id=optional_id(fact.import_id),
            added_in_interview_id=optional_id(fact.added_in_interview_id),
            recorded_by=names.optional_ref(person_id_of(fact.recorded_by)),
            recorded_at=moment(fact.recorded_at),
            supersedes_id=optional_id(fact.supersedes_id),
            superseded_by_id=optional_id(fact.superseded_by_id),
            superseded=fact.superseded,
            version=fact.version,
        )


class FactsQuery(PageQuery):
    """Filters of the list of facts; all must hold."""

    person_id: UUID | None = None
    under_unit_id: Annotated[UUID | None, Field(description="A unit and all under it.")] = None
    kind: DatedFactKind | None = None
    from_on: date | None = None
    until_on: date | None = None
    import_id: UUID | None = None
    include_superseded: bool = False


class FactCorrection(Input):
    """What the fact should have said; it replaces the old one, which stays."""

    happened_on: date
    text: Text
    evidence: Annotated[str, Field(max_length=4000)] = ""
    evidence_file_ids: Annotated[
        list[UUID], Field(default_factory=list, max_length=10, description="From `POST /v1/files`, purpose `evidence`.")
    ]


class NewFact(FactCorrection):
    """An incident or a highlight to type in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d",
                    "kind": "highlight",
                    "happened_on": "2026-09-08",
                    "text": "签下两家重点客户",
                    "evidence": "合同 HT-0908、HT-0911",
                }
            ]
        }
    )

    person_id: UUID
    kind: DatedFactKind


class ImportKind(StrEnum):
    """What a file brought."""

    KPIS = "kpis"
    FACTS = "facts"


class ImportOut(Versioned):
    """A file that was read; every fact keeps the import it came by."""

    id: UUID
    kind: ImportKind
    file_name: str
    operation_id: Annotated[str, Field(description="Under `/v1/operations`.")]
    created: int
    corrected: int
    unchanged: int
    in_error: int
    imported_by: Annotated[PersonRef | None, Field(description="Null: a machine.")]
    imported_at: datetime | None
    undone_at: datetime | None
    undone_by: PersonRef | None

    @classmethod
    def of(cls, found: fact_import_pb2.Import, names: Names) -> "ImportOut":
        """Return the import."""
        return cls(
            id=UUID(found.id),
            kind=word(ImportKind, fact_import_pb2.ImportKind, found.kind),
            file_name=found.file_name,
            operation_id=f"interview-record~{found.operation_id}",
            created=found.created,
            corrected=found.corrected,
            unchanged=found.unchanged,
            in_error=found.in_error,
            imported_by=names.optional_ref(person_id_of(found.imported_by)),
            imported_at=moment(found.imported_at),
            undone_at=moment(found.undone_at),
            undone_by=names.optional_ref(person_id_of(found.undone_by)),
            version=found.version,
        )


class ImportsQuery(PageQuery):
    """Filters of the list of imports."""

    kind: ImportKind | None = None
