"""Confirm that the facts for the interview are complete."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.steps import Step

from interview_record import ledger
from interview_record.casefile import open_case
from interview_record.data_sheet import data_sheet
from interview_record.domain.preparation import NoFacts
from interview_record.policy import POLICY


async def confirm_data(database: Database, call: Call, interview_id: UUID, expected_version: int) -> UUID:
    """Mark the data ready; raise NoFacts for an empty sheet. Confirming again moves nothing."""
    async with database.transaction(call) as tx:
        file = await open_case(tx, interview_id, expected_version=expected_version)
        POLICY.require(call.identity, "interview.confirm_data", file.case, id=interview_id)
        file.check_manager("confirm_data")
        if (await data_sheet(tx, file.row, file.rules)).is_empty:
            raise NoFacts
        if file.row.data_confirmed_at is None:
            file.row.data_confirmed_at = tx.now
            await ledger.complete(file, Step.DATA_READY, at=tx.now)
            file.record("data_confirmed")
        return tx.done(interview_id)
