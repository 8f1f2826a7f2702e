"""A blocker with its plan, opened for a command on the blocker."""

from uuid import UUID

from common.transaction import Transaction

from plan_tracking.casefile import Casefile, acting_person, open_plan
from plan_tracking.domain.states import BlockerState
from plan_tracking.events import blocker_escalated
from plan_tracking.policy import POLICY
from plan_tracking.storage.follow_up_tables import BlockerRow


async def open_blocker(
    tx: Transaction, blocker_id: UUID, policy_action: str, expected_version: int
) -> tuple[Casefile, BlockerRow, UUID]:
    """Load and lock plan and blocker for the act; its owner may act on it. Raises NotFound, VersionMismatch."""
    known = await tx.get(BlockerRow, blocker_id, lock=False, resource="blocker")
    file = await open_plan(tx, known.plan_id)
    POLICY.require(tx.identity, policy_action, file.case((known.owner_id,)), id=blocker_id)
    person = acting_person(tx, policy_action)
    row = await tx.get(BlockerRow, blocker_id, expected_version=expected_version, resource="blocker")
    return file, row, person


def escalate(tx: Transaction, row: BlockerRow, manager_id: UUID | None, by: UUID | None) -> None:
    """Hand the blocker to the HRBP; by nobody where its deadline passed."""
    row.state, row.escalated_at = BlockerState.ESCALATED.value, tx.now
    tx.audit("blocker.escalated", "blocker", row.id, plan_id=row.plan_id)
    tx.publish(row.id, blocker_escalated(row, manager_id, by))
