"""The employee's own voice: the self-analysis and disputes of facts."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from common.call import Call, current_call
from common.errors import NotFound
from common.grpc_server import once
from common.timestamps import to_optional_timestamp, to_timestamp
from google.protobuf.json_format import ParseDict
from tandem.interview_record.v1 import dispute_pb2 as disputes
from tandem.interview_record.v1 import facts_pb2 as facts
from tandem.interview_record.v1 import self_analysis_pb2 as pb

from interview_record.api.interview_mapping import optional_id, word
from interview_record.api.methods import Context, Methods
from interview_record.data_sheet import dispute_document
from interview_record.domain.disputes import DisputeState
from interview_record.policy import POLICY, interview_columns
from interview_record.reading import note_read, reading, see_case
from interview_record.storage.interview_queries import OPEN_FIRST, disputes_of
from interview_record.storage.interview_tables import DisputeRow, SelfAnalysisRow
from interview_record.storage.texts import open_text
from interview_record.use_cases.decide_dispute import decide_dispute
from interview_record.use_cases.open_dispute import open_dispute
from interview_record.use_cases.save_self_analysis import save_self_analysis
from interview_record.use_cases.submit_self_analysis import submit_self_analysis


class VoiceMethods(Methods):
    """What the employee says before the talk."""

    async def SaveSelfAnalysis(
        self, request: pb.SaveSelfAnalysisRequest, context: Context
    ) -> pb.SaveSelfAnalysisResponse:
        """Keep the draft."""
        call = current_call()
        done = save_self_analysis(
            self._database,
            call,
            UUID(request.interview_id),
            results_view=request.results_view,
            causes=request.causes,
            requests=list(request.requests),
            expected_version=request.expected_version,
        )
        return pb.SaveSelfAnalysisResponse(self_analysis=await self._self_analysis(call, await once(done)))

    async def SubmitSelfAnalysis(
        self, request: pb.SubmitSelfAnalysisRequest, context: Context
    ) -> pb.SubmitSelfAnalysisResponse:
        """Hand it in."""
        call = current_call()
        done = submit_self_analysis(self._database, call, UUID(request.interview_id), request.expected_version)
        return pb.SubmitSelfAnalysisResponse(self_analysis=await self._self_analysis(call, await once(done)))

    async def GetSelfAnalysis(self, request: pb.GetSelfAnalysisRequest, context: Context) -> pb.GetSelfAnalysisResponse:
        """Answer the self-analysis; a draft is the employee's alone."""
        found = await self._self_analysis(current_call(), UUID(request.interview_id))
        return pb.GetSelfAnalysisResponse(self_analysis=found)

    async def OpenDispute(self, request: disputes.OpenDisputeRequest, context: Context) -> disputes.OpenDisputeResponse:
        """Dispute a fact of the data sheet."""
        call = current_call()
        done = open_dispute(
            self._database,
            call,
            UUID(request.interview_id),
            word(facts.FactKind, "FACT_KIND", request.fact_kind),
            UUID(request.fact_id),
            request.text,
        )
        return disputes.OpenDisputeResponse(dispute=await self._dispute(call, await once(done)))

    async def DecideDispute(
        self, request: disputes.DecideDisputeRequest, context: Context
    ) -> disputes.DecideDisputeResponse:
        """Uphold or reject."""
        call = current_call()
        done = decide_dispute(
            self._database,
            call,
            UUID(request.dispute_id),
            uphold=request.uphold,
            reason=request.reason,
            corrected_actual=Decimal(request.corrected_actual) if request.corrected_actual else None,
            expected_version=request.expected_version,
        )
        return disputes.DecideDisputeResponse(dispute=await self._dispute(call, await once(done)))

    async def GetDispute(self, request: disputes.GetDisputeRequest, context: Context) -> disputes.GetDisputeResponse:
        """Answer one dispute."""
        return disputes.GetDisputeResponse(dispute=await self._dispute(current_call(), UUID(request.dispute_id)))

    async def ListDisputes(
        self, request: disputes.ListDisputesRequest, context: Context
    ) -> disputes.ListDisputesResponse:
        """List the disputes that the caller may read, open ones first."""
        call = current_call()
        filters: dict[str, Any] = {
            "interview_id": optional_id(request.interview_id),
            "state": word(disputes.DisputeState, "DISPUTE_STATE", request.state),
            "under_unit_id": optional_id(request.under_unit_id),
        }
        page = self._pages.open(
            request.page_size,
            request.page_token,
            identity=call.identity,
            now=self._database.clock.system(),
            question="disputes",
            filters=filters,
        )
        visible = POLICY.predicate(call.identity, "interview.read", interview_columns(), field="texts")
        async with reading(self._database, call) as tx:
            statement = disputes_of(call.identity.tenant_id, visible, **filters)
            found = (await tx.session.scalars(page.apply(statement, OPEN_FIRST, DisputeRow.id))).all()
            rows, token = page.close(found, lambda row: (0 if row.state == DisputeState.OPEN else 1, row.id))
            documents = []
            for dispute in rows:
                seen = await see_case(tx, dispute.interview_id)
                if seen.sees(dispute.opened_at):
                    note_read(tx, seen, "dispute", dispute.id)
                    documents.append(await dispute_document(tx, seen.row, dispute))
        return disputes.ListDisputesResponse(
            disputes=[ParseDict(each, disputes.Dispute()) for each in documents], next_page_token=token
        )

    async def _self_analysis(self, call: Call, interview_id: UUID) -> pb.SelfAnalysis:
        async with reading(self._database, call) as tx:
            seen = await see_case(tx, interview_id)
            row = await tx.session.get(SelfAnalysisRow, (tx.tenant_id, interview_id))
            if row is None or not (seen.as_employee or seen.sees(row.submitted_at)):
                raise NotFound(resource="self_analysis", id=interview_id)
            note_read(tx, seen, "self_analysis")
            text = await open_text(tx, "self_analysis", "content", row.id, row.employee_id, row.content)
        content = json.loads(text)
        ids = content.get("request_ids") or [""] * len(content["requests"])
        hashes = {each["id"]: bytes.fromhex(each["hash"]) for each in seen.row.requests}
        return pb.SelfAnalysis(
            interview_id=str(interview_id),
            results_view=content["results_view"],
            causes=content["causes"],
            requests=[
                pb.Request(id=id, text=request, keyed_hash=hashes.get(id, b""))
                for id, request in zip(ids, content["requests"], strict=True)
            ],
            saved_at=to_timestamp(row.saved_at),
            submitted_at=to_optional_timestamp(row.submitted_at),
            version=row.version,
        )

    async def _dispute(self, call: Call, dispute_id: UUID) -> disputes.Dispute:
        async with reading(self._database, call) as tx:
            row = await tx.get(DisputeRow, dispute_id, lock=False)
            seen = await see_case(tx, row.interview_id)
            seen.require_text(row.opened_at, "dispute")
            note_read(tx, seen, "dispute", row.id)
            return ParseDict(await dispute_document(tx, seen.row, row), disputes.Dispute())
