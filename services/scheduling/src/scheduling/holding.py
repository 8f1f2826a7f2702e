"""Holding both people's time, and giving it back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.ids import new_id
from common.policy import Case
from common.transaction import Transaction

from scheduling import events, ledger
from scheduling.casefile import Casefile, day_span, open_case
from scheduling.domain.booking import BookingState, CancelReason, Span, answer_due, next_state
from scheduling.domain.slots import Reason
from scheduling.policy import POLICY
from scheduling.storage.commitments import live_booking, occupy, queue_for, release
from scheduling.storage.tables import BookingRow

ANSWER_BOOKING = "answer_booking"


@dataclass(frozen=True)
class Excuse:
    """What lets a start keep less notice: the HRBP's reason, or the employee's consent to a move."""

    override_reason: str = ""
    consent: bool = False

    def require_entitled(self, tx: Transaction, case: Case, interview_id: UUID) -> None:
        """Raise Forbidden if the caller may not give this excuse."""
        if self.override_reason:
            POLICY.require(tx.identity, "booking.override_notice", case, id=interview_id)
        if self.consent:
            POLICY.require(tx.identity, "booking.consent", case, id=interview_id)

    def __bool__(self) -> bool:
        return bool(self.override_reason) or self.consent


@dataclass(frozen=True)
class Wish:
    """The slot that somebody asks for."""

    starts_at: datetime
    minutes: int
    place: str


async def lock_booking(
    tx: Transaction, booking_id: UUID, action: str, expected_version: int
) -> tuple[Casefile, BookingRow]:
    """Return the booking, locked, with its case; NotFound or Forbidden for who may not do this to it.

    The interview is locked first, as everywhere, so that nobody waits in a circle.
    """
    found = await tx.get(BookingRow, booking_id, lock=False, resource="booking")
    case = await open_case(tx, found.interview_id, lock=True)
    POLICY.require(tx.identity, action, await case.policy_case(found), id=booking_id)
    return case, await tx.get(BookingRow, booking_id, expected_version=expected_version, resource="booking")


async def check_slot(tx: Transaction, case: Casefile, wish: Wish, excuse: Excuse, but: UUID | None = None) -> bool:
    """Tell whether the start is short of notice and excused; raise the error of what else stands against it."""
    manager_id = case.require_bookable()
    await queue_for(tx, case.employee.id, manager_id)
    span = Span.of_minutes(wish.starts_at, wish.minutes)
    frame = await case.frame(tx.now, day_span(span.starts_at, span.ends_at), but=but)
    refusals = frame.refusals(span)
    short = any(each.reason is Reason.NOTICE_TOO_SHORT for each in refusals)
    if short and excuse:
        refusals = [each for each in refusals if each.reason is not Reason.NOTICE_TOO_SHORT]
    if refusals:
        raise frame.error(refusals[0])
    return short


async def hold(
    tx: Transaction, case: Casefile, wish: Wish, excuse: Excuse, *, short: bool, replaces: BookingRow | None = None
) -> BookingRow:
    """Book the slot as proposed by the caller, from now until answered."""
    booking_id, manager_id = new_id(), case.require_bookable()
    keeps_invitation = replaces is not None and replaces.manager_id == manager_id
    booking = BookingRow(
        tenant_id=tx.tenant_id,
        id=booking_id,
        interview_id=case.interview.id,
        employee_id=case.employee.id,
        manager_id=manager_id,
        state=BookingState.PROPOSED,
        starts_at=wish.starts_at,
        duration_minutes=wish.minutes,
        time_zone=case.employee.time_zone,
        proposed_by=tx.identity.person_id,
        proposed_at=tx.now,
        answer_due_at=await answer_due_at(case, tx.now, wish.starts_at),
        short_notice=short,
        employee_consented=short and excuse.consent,
        notice_overridden=short and bool(excuse.override_reason),
        replaces_booking_id=replaces.id if replaces else None,
        invitation_id=replaces.invitation_id if replaces and keeps_invitation else new_id(),
        invitation_sequence=replaces.invitation_sequence if replaces and keeps_invitation else 0,
    )
    if wish.place:
        booking.place = await tx.seal("booking", "place", booking_id, case.employee.id, wish.place)
    if booking.notice_overridden:
        booking.override_reason = await tx.seal(
            "booking", "override_reason", booking_id, case.employee.id, excuse.override_reason
        )
    await occupy(tx, booking)
    await tx.due(ANSWER_BOOKING, booking_id, booking.answer_due_at)
    return booking


async def enter_ledger(tx: Transaction, booking: BookingRow, excuse: Excuse) -> None:
    """Mark the step of booking done, or waived where the notice was overridden."""
    if booking.notice_overridden:
        await ledger.waive_for_short_notice(
            tx, booking.interview_id, by=tx.identity.person_id, note=excuse.override_reason
        )
    await ledger.complete_step(tx, booking.interview_id, booking.id, booking.proposed_at)


async def answer_due_at(case: Casefile, proposed_at: datetime, starts_at: datetime) -> datetime:
    """Return when silence becomes an answer, by the employee's calendar."""
    calendar = await case.calendar()
    nominal = calendar.due_after(proposed_at, case.interview.answer_days, case.employee.time_zone)
    return answer_due(nominal, starts_at)


async def end_booking(tx: Transaction, booking: BookingRow, action: str) -> None:
    """End a live booking by the action and give the time back; the caller publishes."""
    booking.state = next_state(booking.state, action)
    booking.ended_at = tx.now
    booking.invitation_sequence += 1
    await release(tx, booking.id)
    await tx.cancel_due(ANSWER_BOOKING, booking.id)


async def confirm_booking(tx: Transaction, booking: BookingRow, *, by: UUID | None) -> None:
    """Confirm a proposed booking, by a person or, for nobody, by silence."""
    booking.state = next_state(booking.state, "accept")
    booking.confirmed_at, booking.confirmed_by_silence = tx.now, by is None
    booking.invitation_sequence += 1
    await tx.cancel_due(ANSWER_BOOKING, booking.id)
    tx.audit("booking.confirmed", "booking", booking.id, interview_id=booking.interview_id, by_silence=by is None)
    tx.publish(booking.id, events.booking_confirmed(booking, by))


async def cancel_by_platform(tx: Transaction, case: Casefile, booking: BookingRow, reason: CancelReason) -> None:
    """Cancel a live booking because of what happened elsewhere; the step of booking is open again."""
    await end_booking(tx, booking, "cancel")
    booking.cancel_reason = reason
    tx.audit("booking.cancelled", "booking", booking.id, interview_id=booking.interview_id, reason=reason)
    tx.publish(booking.id, events.booking_cancelled(booking, None))
    await ledger.reopen_step(tx, case)


async def refresh_answer_due(tx: Transaction, case: Casefile) -> None:
    """Compute again when silence becomes an answer, after the employee's calendar or zone changed."""
    booking = await live_booking(tx, case.interview.id, lock=True)
    if booking is None:
        return
    booking.time_zone = case.employee.time_zone
    if booking.state != BookingState.PROPOSED:
        return
    due_at = await answer_due_at(case, booking.proposed_at, booking.starts_at)
    if due_at != booking.answer_due_at:
        booking.answer_due_at = due_at
        await tx.due(ANSWER_BOOKING, booking.id, due_at)
        tx.publish(booking.id, events.booking_snapshot(booking))
