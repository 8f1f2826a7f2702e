"""Submit the self-analysis with its requests."""

import json
from uuid import UUID

from common.call import Call
from common.database import Database
from common.ids import new_id
from common.steps import Step

from interview_record import ledger
from interview_record.casefile import open_case
from interview_record.domain.preparation import AlreadySubmitted, EmptySelfAnalysis
from interview_record.policy import POLICY
from interview_record.storage.interview_tables import SelfAnalysisRow


async def submit_self_analysis(database: Database, call: Call, interview_id: UUID, expected_version: int) -> UUID:
    """Hand it in: the manager reads it from now on, and the event names its requests by id and keyed hash."""
    async with database.transaction(call) as tx:
        file = await open_case(tx, interview_id)
        POLICY.require(call.identity, "interview.write_self_analysis", file.case, id=interview_id)
        file.check("write_self_analysis")
        row = await tx.get(SelfAnalysisRow, interview_id, expected_version=expected_version)
        if row.submitted_at is not None:
            raise AlreadySubmitted
        text = await tx.unseal("self_analysis", "content", row.id, row.employee_id, row.content)
        content = json.loads(text)
        if not (content["results_view"].strip() or content["causes"].strip() or content["requests"]):
            raise EmptySelfAnalysis
        content["request_ids"] = [str(new_id()) for _ in content["requests"]]
        text = json.dumps(content, ensure_ascii=False)
        row.content = await tx.seal("self_analysis", "content", row.id, row.employee_id, text)
        row.submitted_at = file.row.self_analysis_submitted_at = tx.now
        file.row.requests = [
            {"id": id, "hash": (await tx.commitment(row.employee_id, request)).hex()}
            for id, request in zip(content["request_ids"], content["requests"], strict=True)
        ]
        await ledger.complete(file, Step.SELF_ANALYSIS, at=tx.now)
        file.record("self_analysis_submitted", file.events.self_analysis_submitted(), requests=len(file.row.requests))
        return tx.done(interview_id)
