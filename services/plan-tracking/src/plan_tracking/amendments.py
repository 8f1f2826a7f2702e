"""An amendment with its plan, opened for a command on the amendment."""

from uuid import UUID

from common.transaction import Transaction

from plan_tracking.casefile import Casefile, open_plan
from plan_tracking.domain.states import AmendmentState, allow
from plan_tracking.storage.plan_tables import AmendmentRow


async def open_proposed(
    tx: Transaction, amendment_id: UUID, policy_action: str, expected_version: int
) -> tuple[Casefile, AmendmentRow]:
    """Load and lock plan and amendment for the act; raise NotFound, VersionMismatch, IllegalTransition."""
    known = await tx.get(AmendmentRow, amendment_id, lock=False, resource="amendment")
    file = await open_plan(tx, known.plan_id)
    file.require(policy_action)
    row = await tx.get(AmendmentRow, amendment_id, expected_version=expected_version, resource="amendment")
    allow("amendment", row.state, {AmendmentState.PROPOSED}, policy_action.rpartition(".")[2])
    return file, row
