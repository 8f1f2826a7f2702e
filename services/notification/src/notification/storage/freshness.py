"""Whether a message is still true: asked again right before it is sent."""

from datetime import datetime
from uuid import UUID

from common.errors import NotYetVisible
from sqlalchemy.ext.asyncio import AsyncSession

from notification.domain.delivery import Suppressed
from notification.domain.notice import Guard
from notification.storage.copies import hrbps_of
from notification.storage.copy_tables import BlockerRow, BookingRow, InterviewRow, PersonRow, PlanRow, StepRow
from notification.storage.tables import MessageRow

_LIVE = frozenset({"proposed", "confirmed"})


async def why_not(session: AsyncSession, message: MessageRow, now: datetime) -> Suppressed | None:
    """Return why the message is not to be sent any more; None while it is."""
    guard = Guard(**message.guard)
    recipient = await session.get(PersonRow, (message.tenant_id, message.recipient_id))
    if recipient is not None and not recipient.active:
        return Suppressed.LEFT
    if not await _holds_role(session, message, guard):
        return Suppressed.REASSIGNED
    if not await _still_stands(session, message.tenant_id, guard):
        return Suppressed.STALE
    if guard.expires_at and datetime.fromisoformat(guard.expires_at) <= now:
        return Suppressed.EXPIRED
    return None


async def _holds_role(session: AsyncSession, message: MessageRow, guard: Guard) -> bool:
    if not guard.role or message.interview_id is None:
        return True
    case = await session.get(InterviewRow, (message.tenant_id, message.interview_id))
    if case is None:
        raise NotYetVisible(resource="interview", id=message.interview_id)
    if guard.role == "hrbp":
        employee = await session.get(PersonRow, (message.tenant_id, case.employee_id))
        if employee is None:
            raise NotYetVisible(resource="person", id=case.employee_id)
        return message.recipient_id in await hrbps_of(session, message.tenant_id, employee, case.manager_id)
    return message.recipient_id == (case.employee_id if guard.role == "employee" else case.manager_id)


async def _still_stands(session: AsyncSession, tenant_id: UUID, guard: Guard) -> bool:
    return (
        await _booking_stands(session, tenant_id, guard)
        and await _step_stands(session, tenant_id, guard)
        and await _plan_stands(session, tenant_id, guard)
        and await _blocker_stands(session, tenant_id, guard)
    )


async def _booking_stands(session: AsyncSession, tenant_id: UUID, guard: Guard) -> bool:
    if not guard.booking_id:
        return True
    booking = await session.get(BookingRow, (tenant_id, UUID(guard.booking_id)))
    if booking is None:
        raise NotYetVisible(resource="booking", id=guard.booking_id)
    if guard.booking_sequence < 0:
        return booking.state in _LIVE
    return booking.invitation_sequence == guard.booking_sequence


async def _step_stands(session: AsyncSession, tenant_id: UUID, guard: Guard) -> bool:
    if not guard.step_id:
        return True
    step = await session.get(StepRow, (tenant_id, UUID(guard.step_id)))
    if step is None or step.state != "open":
        return False
    return not guard.step_due_at or step.due_at == datetime.fromisoformat(guard.step_due_at)


async def _plan_stands(session: AsyncSession, tenant_id: UUID, guard: Guard) -> bool:
    if not guard.plan_id:
        return True
    plan = await session.get(PlanRow, (tenant_id, UUID(guard.plan_id)))
    if plan is None:
        return False
    return (plan.revision, plan.revision_state) == (guard.plan_revision, guard.plan_revision_state)


async def _blocker_stands(session: AsyncSession, tenant_id: UUID, guard: Guard) -> bool:
    if not guard.blocker_id:
        return True
    blocker = await session.get(BlockerRow, (tenant_id, UUID(guard.blocker_id)))
    return blocker is not None and blocker.state == "open"
