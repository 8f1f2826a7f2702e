"""Incidents and highlights: typed in, imported, corrected; and imports, which can be undone."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.interview_record.v1 import fact_import_pb2, facts_pb2
from tandem.interview_record.v1 import fact_pb2 as pb

from gateway.calls import Change, Read, ReadCall, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.facts import FactCorrection, FactOut, FactsQuery, ImportOut, ImportsQuery, NewFact
from gateway.schemas.fields import day_text, id_text, number
from gateway.schemas.imports import ImportInput
from gateway.schemas.kpi_results import person_id_of
from gateway.schemas.model import Page
from gateway.schemas.operations import Started

facts = Resource("facts", "Facts")
imports = Resource("imports", "Facts")


@facts.get("")
async def list_facts(call: Read, query: Annotated[FactsQuery, Query()]) -> Page[FactOut]:
    """The incidents and highlights that you may see, newest first; who sees dates only gets no texts."""
    reply = await call.interview_record.ListFacts(
        pb.ListFactsRequest(
            person_id=id_text(query.person_id),
            under_unit_id=id_text(query.under_unit_id),
            kind=number(facts_pb2.FactKind, query.kind),
            from_on=day_text(query.from_on),
            until_on=day_text(query.until_on),
            import_id=id_text(query.import_id),
            include_superseded=query.include_superseded,
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(await _facts_out(call, reply.facts), reply.next_page_token)


@facts.post("", status_code=201)
async def record_fact(fact: NewFact, call: Write) -> FactOut:
    """Type an incident or a highlight in."""
    reply = await call.interview_record.RecordFact(
        pb.RecordFactRequest(
            person_id=str(fact.person_id),
            kind=number(facts_pb2.FactKind, fact.kind),
            happened_on=day_text(fact.happened_on),
            text=fact.text,
            evidence=fact.evidence,
            evidence_blob_ids=[str(each) for each in fact.evidence_file_ids],
        )
    )
    return (await _facts_out(call, [reply.fact]))[0]


@facts.post(":import", status_code=202)
async def import_facts(file: ImportInput, call: Write) -> Started:
    """Read incidents and highlights from an uploaded file; a repeated import changes nothing. 400 `MAPPING_*`."""
    reply = await call.interview_record.ImportFacts(
        fact_import_pb2.ImportFactsRequest(
            file=file.to_file(),
            mapping=file.to_mapping(),
            dry_run=file.dry_run,
            all_or_nothing=file.all_or_nothing,
        )
    )
    return Started.by("interview-record", reply.operation_id)


@facts.post("/{id}:correct")
async def correct_fact(id: UUID, correction: FactCorrection, call: Change) -> FactOut:
    """Replace a fact; answers the new one, the old one stays superseded. 409 `SUPERSEDED`."""
    reply = await call.interview_record.CorrectFact(
        pb.CorrectFactRequest(
            fact_id=str(id),
            happened_on=day_text(correction.happened_on),
            text=correction.text,
            evidence=correction.evidence,
            evidence_blob_ids=[str(each) for each in correction.evidence_file_ids],
            expected_version=call.version,
        )
    )
    return (await _facts_out(call, [reply.fact]))[0]


@imports.get("")
async def list_imports(call: Read, query: Annotated[ImportsQuery, Query()]) -> Page[ImportOut]:
    """The files that facts came by, newest first."""
    reply = await call.interview_record.ListImports(
        fact_import_pb2.ListImportsRequest(
            kind=number(fact_import_pb2.ImportKind, query.kind),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(await _imports_out(call, reply.imports), reply.next_page_token)


@imports.get("/{id}")
async def get_import(id: UUID, call: Read) -> ImportOut:
    """One import."""
    reply = await call.interview_record.GetImport(fact_import_pb2.GetImportRequest(import_id=str(id)))
    return (await _imports_out(call, [getattr(reply, "import")]))[0]


@imports.post("/{id}:undo", status_code=202)
async def undo_import(id: UUID, call: Change) -> Started:
    """Supersede all that an import brought; what it had replaced counts again, nothing is deleted.

    409 `ALREADY_UNDONE`. 409 `IMPORT_RUNNING`: cancel its operation first.
    """
    reply = await call.interview_record.UndoImport(
        fact_import_pb2.UndoImportRequest(import_id=str(id), expected_version=call.version)
    )
    return Started.by("interview-record", reply.operation_id)


async def _facts_out(call: ReadCall, found: Collection[pb.Fact]) -> list[FactOut]:
    people = (each for fact in found for each in (fact.person_id, person_id_of(fact.recorded_by)))
    names = await names_for(call, people)
    return [FactOut.of(fact, names) for fact in found]


async def _imports_out(call: ReadCall, found: Collection[fact_import_pb2.Import]) -> list[ImportOut]:
    people = (person_id_of(each) for one in found for each in (one.imported_by, one.undone_by))
    names = await names_for(call, people)
    return [ImportOut.of(each, names) for each in found]
