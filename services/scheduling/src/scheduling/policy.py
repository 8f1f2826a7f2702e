"""The policy table of this service and the facts that it decides by."""

from collections.abc import Collection, Sequence
from uuid import UUID

from common.policy import Case, Columns, Policy
from sqlalchemy import ColumnElement

from scheduling.domain.booking import answerer
from scheduling.storage.copy_tables import InterviewRow, PersonRow
from scheduling.storage.people import below
from scheduling.storage.tables import BookingRow

POLICY = Policy.load("scheduling")


def case_of(interview: InterviewRow, above: Sequence[UUID] = (), booking: BookingRow | None = None) -> Case:
    """Return the facts of an interview, and of one of its bookings, that decide who may act."""
    return Case(
        employee_id=interview.employee_id,
        manager_id=interview.manager_id,
        manager_above_ids=above,
        unit_path=interview.unit_path,
        organiser_id=booking.manager_id if booking else None,
        answerer_id=_answerer(interview, booking) if booking else None,
    )


def person_case(person: PersonRow) -> Case:
    """Return the facts of a person whose own time it is about."""
    return Case(person_id=person.id, employee_id=person.id, manager_id=person.manager_id, unit_path=person.unit_path)


def unit_case(path: Sequence[UUID]) -> Case:
    """Return the facts of a unit; nobody's own case."""
    return Case(employee_id=None, manager_id=None, unit_path=path)


class BookingColumns(Columns):
    """The facts of a booking as columns of booking and interview, which the query joins."""

    def __init__(self, tenant_id: UUID) -> None:
        self._tenant_id = tenant_id
        super().__init__(
            employee_id=BookingRow.employee_id,
            manager_id=InterviewRow.manager_id,
            organiser_id=BookingRow.manager_id,
            unit_path=InterviewRow.unit_path,
        )

    def holds(self, fact: str, ids: Collection[UUID]) -> ColumnElement[bool]:
        """Return the condition; everyone below is found once, instead of everyone above for each row."""
        if fact == "manager_above_ids" and ids:
            return BookingRow.employee_id.in_(below(self._tenant_id, ids))
        return super().holds(fact, ids)


def _answerer(interview: InterviewRow, booking: BookingRow) -> UUID | None:
    return answerer(booking.proposed_by, interview.employee_id, interview.manager_id)
