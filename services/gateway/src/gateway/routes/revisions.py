"""A plan's revisions, what changed between two, and amendments under the one in force."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.plan_tracking.v1 import amendment_pb2 as amendment
from tandem.plan_tracking.v1 import plan_pb2
from tandem.plan_tracking.v1 import revision_pb2 as pb

from gateway.calls import Change, Read, ReadCall, VouchedChange
from gateway.names import names_for
from gateway.resource import Resource
from gateway.routes.plans import plan_out
from gateway.schemas.fields import day_text
from gateway.schemas.model import Page, PageQuery
from gateway.schemas.plan_signing import AmendmentInput, AmendmentOut
from gateway.schemas.plans import PlanOut
from gateway.schemas.revisions import ChangeOut, Changes, DiffQuery, RevisionOut, owners_in, people_of_revision

revisions = Resource("plans", "Revisions")
amendments = Resource("amendments", "Revisions")


@revisions.get("/{id}/revisions")
async def list_revisions(id: UUID, call: Read, query: Annotated[PageQuery, Query()]) -> Page[RevisionOut]:
    """The plan's revisions, oldest first."""
    reply = await call.plan_tracking.ListRevisions(
        pb.ListRevisionsRequest(plan_id=str(id), page_size=query.page_size, page_token=query.page_token)
    )
    names = await names_for(call, (each for one in reply.revisions for each in people_of_revision(one)))
    return Page.of((RevisionOut.of(each, names) for each in reply.revisions), reply.next_page_token)


@revisions.get("/{id}/revisions/{revision}")
async def get_revision(id: UUID, revision: int, call: Read) -> RevisionOut:
    """One revision whole."""
    reply = await call.plan_tracking.GetRevision(pb.GetRevisionRequest(plan_id=str(id), revision=revision))
    return RevisionOut.of(reply.revision, await names_for(call, people_of_revision(reply.revision)))


@revisions.get("/{id}/diff")
async def diff_revisions(id: UUID, call: Read, query: Annotated[DiffQuery, Query()]) -> Changes:
    """What changed between two revisions, field by field and readable."""
    reply = await call.plan_tracking.DiffRevisions(
        pb.DiffRevisionsRequest(plan_id=str(id), from_revision=query.from_revision, to_revision=query.to_revision)
    )
    names = await names_for(call, (each for change in reply.changes for each in owners_in(change)))
    return Changes(items=[ChangeOut.of(each, names, call.locale) for each in reply.changes])


@revisions.post("/{id}:start-revision")
async def start_revision(id: UUID, call: Change) -> PlanOut:
    """Start the next revision from the one in force, which governs until the new one is signed by both.

    409 `REVISION_UNDER_WAY`, `NOT_IN_FORCE`.
    """
    await call.plan_tracking.StartRevision(pb.StartRevisionRequest(plan_id=str(id), expected_version=call.version))
    return await _plan(call, id)


@revisions.post("/{id}:discard-revision")
async def discard_revision(id: UUID, call: Change) -> PlanOut:
    """Drop a later revision that is still a draft; the one in force goes on. 409 `NOT_A_DRAFT`."""
    await call.plan_tracking.DiscardRevision(pb.DiscardRevisionRequest(plan_id=str(id), expected_version=call.version))
    return await _plan(call, id)


@revisions.get("/{id}/amendments")
async def list_amendments(id: UUID, call: Read, query: Annotated[PageQuery, Query()]) -> Page[AmendmentOut]:
    """The plan's amendments with what they change, oldest first."""
    reply = await call.plan_tracking.ListAmendments(
        amendment.ListAmendmentsRequest(plan_id=str(id), page_size=query.page_size, page_token=query.page_token)
    )
    return Page.of(await _amendments_out(call, reply.amendments), reply.next_page_token)


@revisions.post("/{id}/amendments")
async def propose_amendment(id: UUID, replacement: AmendmentInput, call: Change) -> AmendmentOut:
    """Propose, as the manager, to replace a measure inside its goal and dates; the employee acknowledges it.

    409 `MATERIAL_CHANGE`: that needs a revision. 409 `AMENDMENT_OPEN`, `NOT_IN_FORCE`. The ETag is the amendment's.
    """
    reply = await call.plan_tracking.ProposeAmendment(
        amendment.ProposeAmendmentRequest(
            plan_id=str(id),
            measure_id=str(replacement.measure_id),
            action=replacement.action,
            owner_id=str(replacement.owner_id),
            resource=replacement.resource or "",
            cadence=replacement.cadence or "",
            due_on=day_text(replacement.due_on),
            reason=replacement.reason,
            expected_version=call.version,
        )
    )
    return (await _amendments_out(call, [reply.amendment]))[0]


@amendments.post("/{id}:acknowledge")
async def acknowledge_amendment(id: UUID, call: VouchedChange) -> AmendmentOut:
    """Acknowledge a proposed amendment as the employee; it governs from then on."""
    reply = await call.plan_tracking.AcknowledgeAmendment(
        amendment.AcknowledgeAmendmentRequest(amendment_id=str(id), expected_version=call.version)
    )
    return (await _amendments_out(call, [reply.amendment]))[0]


@amendments.post("/{id}:retract")
async def retract_amendment(id: UUID, call: Change) -> AmendmentOut:
    """Take a proposed amendment back as the manager."""
    reply = await call.plan_tracking.RetractAmendment(
        amendment.RetractAmendmentRequest(amendment_id=str(id), expected_version=call.version)
    )
    return (await _amendments_out(call, [reply.amendment]))[0]


async def _plan(call: ReadCall, id: UUID) -> PlanOut:
    reply = await call.plan_tracking.GetPlan(plan_pb2.GetPlanRequest(plan_id=str(id)))
    return await plan_out(call, reply.plan)


async def _amendments_out(call: ReadCall, found: Collection[amendment.Amendment]) -> list[AmendmentOut]:
    people = [each for one in found for each in (one.proposed_by, one.replacement.owner_id, one.replacement.author_id)]
    people += [each for one in found for change in one.changes for each in owners_in(change)]
    names = await names_for(call, people)
    return [AmendmentOut.of(each, names, call.locale) for each in found]
