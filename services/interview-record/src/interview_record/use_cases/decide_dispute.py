"""Uphold or reject a dispute."""

from decimal import Decimal
from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record import briefing
from interview_record.casefile import Casefile, open_case
from interview_record.detection import look
from interview_record.domain.disputes import DisputeState, FactKind, check_open
from interview_record.domain.interview import UNFINISHED
from interview_record.domain.preparation import NoFacts
from interview_record.policy import POLICY
from interview_record.storage.facts_tables import KpiResultRow
from interview_record.storage.interview_tables import DisputeRow
from interview_record.superseding import group_of, supersede_fact


async def decide_dispute(
    database: Database,
    call: Call,
    dispute_id: UUID,
    *,
    uphold: bool,
    reason: str,
    corrected_actual: Decimal | None,
    expected_version: int,
) -> UUID:
    """Decide; an upheld fact is superseded, and the employee gets the corrected sheet as a new version."""
    async with database.transaction(call) as tx:
        found = await tx.get(DisputeRow, dispute_id, lock=False)
        file = await open_case(tx, found.interview_id)
        POLICY.require(call.identity, "interview.decide_dispute", file.case, id=dispute_id)
        row = await tx.get(DisputeRow, dispute_id, expected_version=expected_version)
        check_open(row.state)
        file.check("decide_dispute")
        row.state = DisputeState.UPHELD if uphold else DisputeState.REJECTED
        row.decided_at, row.decided_by = tx.now, call.identity.subject
        row.decision_reason = await tx.seal("dispute", "decision_reason", row.id, file.row.employee_id, reason)
        file.row.open_dispute_ids = [each for each in file.row.open_dispute_ids if each != str(row.id)]
        file.row.last_dispute_decided_at = tx.now
        if uphold:
            await _take_back(file, row, corrected_actual)
        await _share_anew(file)
        event = file.events.dispute_decided(row.id, uphold, call.identity.subject, tx.now)
        file.record("dispute_decided", event, dispute_id=row.id, upheld=uphold)
        return tx.done(row.id)


async def _take_back(file: Casefile, dispute: DisputeRow, corrected_actual: Decimal | None) -> None:
    await supersede_fact(file.tx, dispute.fact_kind, dispute.fact_id, corrected_actual)
    await file.tx.session.flush()
    if dispute.fact_kind == FactKind.KPI_RESULT:
        # At once, not soon: the corrected sheet must not show a shortfall that the old figure made.
        result = await file.tx.get(KpiResultRow, dispute.fact_id, lock=False)
        await look(file.tx, group_of(result))
        await file.tx.session.flush()


async def _share_anew(file: Casefile) -> None:
    """Share the sheet with the decision on it, while the interview still runs."""
    if file.row.state not in UNFINISHED:
        return
    try:
        await briefing.share(file)
    except NoFacts:
        # Voiding the only fact leaves nothing to share; the decision itself is what the employee sees then.
        return
