"""Disputes: opened by the employee, decided by the HRBP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.interview_record.v1 import dispute_pb2 as pb
from tandem.interview_record.v1 import facts_pb2 as facts

from gateway.calls import Change, Read, Write
from gateway.resource import Resource
from gateway.schemas.disputes import (
    AllDisputesQuery,
    DisputeDecision,
    DisputeOut,
    DisputesQuery,
    NewDispute,
)
from gateway.schemas.fields import id_text, number
from gateway.schemas.model import Page

interview_disputes = Resource("interviews/{interview_id}/disputes", "Disputes")
disputes = Resource("disputes", "Disputes")


@interview_disputes.get("")
async def list_interview_disputes(
    interview_id: UUID, call: Read, query: Annotated[DisputesQuery, Query()]
) -> Page[DisputeOut]:
    """The disputes of one case, open ones first."""
    reply = await call.interview_record.ListDisputes(
        pb.ListDisputesRequest(
            interview_id=str(interview_id),
            state=number(pb.DisputeState, query.state),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(map(DisputeOut.of, reply.disputes), reply.next_page_token)


@interview_disputes.post("", status_code=201)
async def open_dispute(interview_id: UUID, dispute: NewDispute, call: Write) -> DisputeOut:
    """Dispute a fact of the data sheet; it blocks signing until it is decided.

    409 `NOT_BRIEFED`, `ALREADY_DISPUTED`.
    """
    reply = await call.interview_record.OpenDispute(
        pb.OpenDisputeRequest(
            interview_id=str(interview_id),
            fact_kind=number(facts.FactKind, dispute.fact_kind),
            fact_id=str(dispute.fact_id),
            text=dispute.text,
        )
    )
    return DisputeOut.of(reply.dispute)


@disputes.get("")
async def list_disputes(call: Read, query: Annotated[AllDisputesQuery, Query()]) -> Page[DisputeOut]:
    """The disputes that you may read, open ones first."""
    reply = await call.interview_record.ListDisputes(
        pb.ListDisputesRequest(
            interview_id=id_text(query.interview_id),
            state=number(pb.DisputeState, query.state),
            under_unit_id=id_text(query.under_unit_id),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(map(DisputeOut.of, reply.disputes), reply.next_page_token)


@disputes.get("/{id}")
async def get_dispute(id: UUID, call: Read) -> DisputeOut:
    """One dispute."""
    reply = await call.interview_record.GetDispute(pb.GetDisputeRequest(dispute_id=str(id)))
    return DisputeOut.of(reply.dispute)


@disputes.post("/{id}:decide")
async def decide_dispute(id: UUID, decision: DisputeDecision, call: Change) -> DisputeOut:
    """Uphold or reject, by the HRBP; an upheld fact is superseded and the corrected sheet is shared."""
    reply = await call.interview_record.DecideDispute(
        pb.DecideDisputeRequest(
            dispute_id=str(id),
            uphold=decision.uphold,
            reason=decision.reason,
            corrected_actual=decision.corrected_actual,
            expected_version=call.version,
        )
    )
    return DisputeOut.of(reply.dispute)
