"""Keep the employee's draft of the self-analysis."""

import json
from collections.abc import Sequence
from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import VersionMismatch
from common.transaction import Transaction

from interview_record.casefile import open_case
from interview_record.domain.preparation import AlreadySubmitted
from interview_record.policy import POLICY
from interview_record.storage.interview_tables import InterviewRow, SelfAnalysisRow


async def save_self_analysis(
    database: Database,
    call: Call,
    interview_id: UUID,
    *,
    results_view: str,
    causes: str,
    requests: Sequence[str],
    expected_version: int,
) -> UUID:
    """Seal the draft; nobody but the employee reads it before it is submitted."""
    async with database.transaction(call) as tx:
        file = await open_case(tx, interview_id)
        POLICY.require(call.identity, "interview.write_self_analysis", file.case, id=interview_id)
        file.check("write_self_analysis")
        content = json.dumps(
            {"results_view": results_view, "causes": causes, "requests": list(requests)}, ensure_ascii=False
        )
        sealed = await tx.seal("self_analysis", "content", interview_id, file.row.employee_id, content)
        await _keep(tx, file.row, sealed, expected_version)
        tx.audit("self_analysis.saved", "interview", interview_id)
        return tx.done(interview_id)


async def _keep(tx: Transaction, interview: InterviewRow, sealed: bytes, expected_version: int) -> None:
    row = await tx.session.get(SelfAnalysisRow, (tx.tenant_id, interview.id), with_for_update=True)
    if (row.version if row else 0) != expected_version:
        raise VersionMismatch(resource="self_analysis")
    if row is None:
        tx.add(
            SelfAnalysisRow(
                tenant_id=tx.tenant_id,
                id=interview.id,
                employee_id=interview.employee_id,
                content=sealed,
                saved_at=tx.now,
            )
        )
        return
    if row.submitted_at is not None:
        raise AlreadySubmitted
    row.content, row.saved_at = sealed, tx.now
