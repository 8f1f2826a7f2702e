"""The people of one case, and the shortest way to tell one of them something about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.transaction import Transaction
from common.workdays import local_date

from notification.domain.notice import Guard, Notice, Values
from notification.storage.copies import arrived, hrbps_of
from notification.storage.copy_tables import BlockerRow, BookingRow, InterviewRow, PersonRow, PlanRow, StepRow
from notification.telling import tell

OfTwo = InterviewRow | BookingRow | PlanRow | BlockerRow | StepRow


@dataclass(frozen=True)
class Parties:
    """The employee and the manager of a row; messages lead to the resource of the kind."""

    tx: Transaction
    row: OfTwo
    kind: str
    resource_id: UUID
    interview_id: UUID

    def about_employee(
        self,
        *,
        moments: Mapping[str, datetime | None] | None = None,
        days: Mapping[str, str] | None = None,
        texts: Mapping[str, object] | None = None,
    ) -> Values:
        """Return values that name the employee, and the manager where there is one."""
        people = {"employee_name": self.row.employee_id, "manager_name": self.row.manager_id}
        return Values.of(people=people, moments=moments, days=days, texts=texts)

    def about_manager(
        self, *, moments: Mapping[str, datetime | None] | None = None, days: Mapping[str, str] | None = None
    ) -> Values:
        """Return values that name the manager."""
        return Values.of(people={"manager_name": self.row.manager_id}, moments=moments, days=days)

    async def tell_employee(
        self, template: str, slot: str, values: Values, *, guard: Guard = Guard(), deadline: datetime | None = None
    ) -> None:
        """Tell the employee."""
        await self._tell(template, self.row.employee_id, "employee", slot, values, guard, deadline)

    async def tell_manager(
        self, template: str, slot: str, values: Values, *, guard: Guard = Guard(), deadline: datetime | None = None
    ) -> None:
        """Tell the manager, where there is one."""
        await self._tell(template, self.row.manager_id, "manager", slot, values, guard, deadline)

    async def tell_both(self, template: str, slot: str, values: Values, *, but: str = "") -> None:
        """Tell both, without the one who did it."""
        if but != str(self.row.employee_id):
            await self.tell_employee(template, slot, values)
        if but != str(self.row.manager_id):
            await self.tell_manager(template, slot, values)

    async def tell_counterparts(
        self,
        template: str,
        slot: str,
        *,
        but: str = "",
        moments: Mapping[str, datetime | None] | None = None,
        days: Mapping[str, str] | None = None,
        guard: Guard = Guard(),
        deadline: datetime | None = None,
    ) -> None:
        """Tell each of the two, without the one who did it, about the other."""
        employee, manager = self.row.employee_id, self.row.manager_id
        for role, me, other in (("employee", employee, manager), ("manager", manager, employee)):
            if me is not None and str(me) != but:
                values = Values.of(people={"counterpart_name": other}, moments=moments, days=days)
                await self._tell(template, me, role, slot, values, guard, deadline)

    async def tell_hrbps(
        self,
        template: str,
        slot: str,
        values: Values,
        *,
        but: str = "",
        guard: Guard = Guard(),
        deadline: datetime | None = None,
    ) -> None:
        """Tell the HRBPs of the employee's unit who are no part of the case, without the one who did it."""
        employee = await arrived(self.tx, PersonRow, self.row.employee_id)
        for each in await hrbps_of(self.tx.session, self.tx.tenant_id, employee, self.row.manager_id):
            if str(each) == but:
                continue
            await self._tell(template, each, "hrbp", slot, values, guard, deadline)

    async def tell_owner(
        self,
        template: str,
        owner_id: UUID,
        slot: str,
        values: Values,
        *,
        guard: Guard = Guard(),
        deadline: datetime | None = None,
    ) -> None:
        """Tell somebody who owns a part of it."""
        await self._tell(template, owner_id, "", slot, values, guard, deadline)

    async def local_day(self, moment: datetime) -> date:
        """Return the day of a moment where the employee is."""
        employee = await arrived(self.tx, PersonRow, self.row.employee_id)
        return local_date(moment, employee.time_zone)

    async def _tell(
        self,
        template: str,
        recipient_id: UUID | None,
        role: str,
        slot: str,
        values: Values,
        guard: Guard,
        deadline: datetime | None,
    ) -> None:
        await tell(
            self.tx,
            Notice(
                template=template,
                recipient_id=recipient_id,
                resource_type=self.kind,
                resource_id=self.resource_id,
                slot=slot,
                values=values,
                guard=Guard(**{**guard.as_json(), "role": role}),
                interview_id=self.interview_id,
                step_id=UUID(guard.step_id) if guard.step_id else None,
                deadline=deadline,
            ),
        )
