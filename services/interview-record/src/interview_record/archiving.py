"""Building the package of an archive item and putting it into the employee's file."""

import base64
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any
from uuid import UUID

from common.database import Reader
from common.grpc_client import READ_DEADLINE, Callees
from google.protobuf.json_format import MessageToDict
from sqlalchemy import select
from tandem.directory.v1 import directory_service_pb2_grpc as directory_rpc
from tandem.directory.v1 import person_lookup_pb2 as directory
from tandem.plan_tracking.v1 import plan_tracking_service_pb2_grpc as plan_rpc
from tandem.plan_tracking.v1 import revision_pb2 as plan

from interview_record.domain.archive import ItemKind
from interview_record.storage.facts_tables import FactRow
from interview_record.storage.interview_tables import (
    BriefingRow,
    CitedFactRow,
    InterviewRow,
    SegmentRow,
    SelfAnalysisRow,
)
from interview_record.storage.record_tables import ArchiveItemRow
from interview_record.storage.texts import goal_texts, open_text

FORM = "tandem.archive_item.v1"
_PERSON_KEYS = {"owner_id", "author_id", "person_id", "employee_id", "manager_id"}


async def signed_plan(callees: Callees, item: ArchiveItemRow) -> plan.GetSignedRevisionResponse:
    """Ask plan-tracking for the bytes as they were signed, issued or withdrawn."""
    stub = plan_rpc.PlanTrackingServiceStub(callees.channel("plan-tracking"))
    request = plan.GetSignedRevisionRequest(plan_id=str(item.plan_id), revision=item.revision, amendment=item.amendment)
    metadata = callees.own_metadata(item.tenant_id)
    answer: plan.GetSignedRevisionResponse = await stub.GetSignedRevision(
        request, timeout=READ_DEADLINE, metadata=metadata, wait_for_ready=True
    )
    return answer


async def names_of(callees: Callees, tenant_id: UUID, person_ids: Iterable[str]) -> dict[str, str]:
    """Ask directory for the names that the file keeps as they are today."""
    wanted = sorted(set(person_ids))
    stub = directory_rpc.DirectoryServiceStub(callees.channel("directory"))
    answer = await stub.GetPeople(
        directory.GetPeopleRequest(person_ids=wanted),
        timeout=READ_DEADLINE,
        metadata=callees.own_metadata(tenant_id),
        wait_for_ready=True,
    )
    return {each.id: each.name for each in answer.people}


async def package(
    reader: Reader,
    item: ArchiveItemRow,
    row: InterviewRow,
    signed: plan.GetSignedRevisionResponse,
    names: dict[str, str],
) -> dict[str, Any]:
    """Return the item's document: the plan as signed, and for the first item the briefing and the minutes too."""
    document: dict[str, Any] = {
        "form": FORM,
        "kind": item.kind,
        "interview_id": str(row.id),
        "employee_id": str(row.employee_id),
        "manager_id": str(row.manager_id or ""),
        "names": names,
        "caused_at": item.caused_at.isoformat(),
        "plan": _plan_document(signed),
        "requests": await request_texts(reader, row),
    }
    if item.kind == ItemKind.PACKAGE:
        document |= {
            "conclusion": row.conclusion or "",
            "briefing": await _briefing(reader, row),
            "minutes": await _minutes(reader, row),
        }
    return document


async def request_texts(reader: Reader, row: InterviewRow) -> dict[str, str]:
    """Return the texts of the self-analysis's requests by id; the signed bytes hold their ids and hashes."""
    analysis = await reader.session.get(SelfAnalysisRow, (row.tenant_id, row.id))
    if analysis is None or analysis.submitted_at is None:
        return {}
    content = json.loads(await open_text(reader, "self_analysis", "content", row.id, row.employee_id, analysis.content))
    return dict(zip(content["request_ids"], content["requests"], strict=True))


def people_in(row: InterviewRow, signed: plan.GetSignedRevisionResponse) -> set[str]:
    """Return everybody whom the package names: the two, those before them, measure owners and signers."""
    people = {str(row.employee_id), *(str(each) for each in row.past_manager_ids)}
    if row.manager_id is not None:
        people.add(str(row.manager_id))
    people |= {each.person_id for each in signed.signatures}
    for content in filter(None, (signed.content, *signed.amendments)):
        people |= _person_ids(json.loads(content))
    return {each for each in people if each}


async def one_chunk(content: bytes) -> AsyncIterator[bytes]:
    """Yield the content at once, as the store takes streams."""
    yield content


def _person_ids(value: Any) -> set[str]:
    """Return the ids under keys that name a person, at any depth of the plan."""
    if isinstance(value, dict):
        own = {text for key, text in value.items() if isinstance(text, str) and text and key in _PERSON_KEYS}
        return own.union(*(_person_ids(each) for each in value.values()))
    return set().union(*(_person_ids(each) for each in value)) if isinstance(value, list) else set()


def _plan_document(signed: plan.GetSignedRevisionResponse) -> dict[str, Any]:
    return {
        "plan_id": signed.plan_id,
        "revision": signed.revision,
        # The exact bytes, so that hash and signatures can be proven from this file alone.
        "content": base64.b64encode(signed.content).decode(),
        "content_sha256": signed.content_hash.hex(),
        "issued": signed.issued,
        "counter_statement": signed.counter_statement,
        "refusal_reason": signed.refusal_reason,
        "decision_reason": signed.decision_reason,
        "signatures": [MessageToDict(each, preserving_proto_field_name=True) for each in signed.signatures],
        "amendments": [base64.b64encode(each).decode() for each in signed.amendments],
    }


async def _briefing(reader: Reader, row: InterviewRow) -> dict[str, Any] | None:
    found = await reader.session.scalar(
        select(BriefingRow).where(
            BriefingRow.tenant_id == reader.tenant_id,
            BriefingRow.interview_id == row.id,
            BriefingRow.number == row.briefing_version,
        )
    )
    if found is None:
        return None
    text = await open_text(reader, "briefing", "content", found.id, row.employee_id, found.content)
    return {
        "version": found.number,
        "sha256": found.content_hash.hex(),
        "shared_at": found.shared_at.isoformat(),
        "content": json.loads(text),
    }


async def _minutes(reader: Reader, row: InterviewRow) -> dict[str, Any]:
    core_goal, directions = await goal_texts(reader, row)
    return {
        "started_at": _moment(row.session_started_at),
        "ended_at": _moment(row.session_ended_at),
        "core_goal": core_goal,
        "directions": directions,
        "segments": await _segments(reader, row),
        "cited_facts": await _cited(reader, row),
        "added_facts": await _added(reader, row),
    }


async def _segments(reader: Reader, row: InterviewRow) -> list[dict[str, Any]]:
    segments = await reader.session.scalars(
        select(SegmentRow)
        .where(SegmentRow.tenant_id == reader.tenant_id, SegmentRow.interview_id == row.id)
        .order_by(SegmentRow.position)
    )
    return [
        {
            "segment": each.segment,
            "planned_minutes": each.planned_minutes,
            "started_at": _moment(each.started_at),
            "ended_at": _moment(each.ended_at),
            "notes": await open_text(reader, "segment", "notes", each.id, row.employee_id, each.notes),
        }
        for each in segments
    ]


async def _cited(reader: Reader, row: InterviewRow) -> list[dict[str, Any]]:
    cited = await reader.session.scalars(
        select(CitedFactRow)
        .where(CitedFactRow.tenant_id == reader.tenant_id, CitedFactRow.interview_id == row.id)
        .order_by(CitedFactRow.cited_at, CitedFactRow.fact_id)
    )
    return [{"kind": each.fact_kind, "fact_id": str(each.fact_id), "segment": each.segment} for each in cited]


async def _added(reader: Reader, row: InterviewRow) -> list[dict[str, Any]]:
    added = await reader.session.scalars(
        select(FactRow)
        .where(FactRow.tenant_id == reader.tenant_id, FactRow.interview_id == row.id)
        .order_by(FactRow.id)
    )
    return [
        {
            "kind": each.kind,
            "happened_on": each.happened_on.isoformat(),
            "text": await open_text(reader, "fact", "text", each.id, each.person_id, each.text),
            "evidence": await open_text(reader, "fact", "evidence", each.id, each.person_id, each.evidence),
        }
        for each in added
    ]


def _moment(value: Any) -> str:
    return "" if value is None else value.isoformat()
