"""Writing the people of a file; what is already so is left alone."""

from uuid import UUID

from common.ids import new_id
from common.transaction import Transaction
from sqlalchemy import select, text

from directory import events
from directory.domain.days import end, today
from directory.domain.people_file import PersonLine, name_key, placeholder_id, unit_code
from directory.people import end_employment, hand_over
from directory.storage.tables import JobFamilyRow, ManagerSpanRow, PersonRow, TenantRecordRow, UnitRow
from directory.units import add_unit, root_unit

_ALL_CHAINS = text("""
WITH RECURSIVE line AS (
    SELECT id, ARRAY[]::uuid[] AS chain FROM person WHERE tenant_id = :tenant AND manager_id IS NULL
    UNION ALL
    SELECT below.id, array_prepend(line.id, line.chain)
    FROM person AS below JOIN line ON below.manager_id = line.id WHERE below.tenant_id = :tenant
)
UPDATE person SET chain = line.chain FROM line
WHERE person.tenant_id = :tenant AND person.id = line.id AND person.chain <> line.chain
""")


class PeopleOfTenant:
    """The tenant's people, units and families while a chunk of a file is written."""

    def __init__(self, tx: Transaction, tenant: TenantRecordRow, units: dict[str, UnitRow], root: UnitRow) -> None:
        self._tx = tx
        self._tenant = tenant
        self._units = units
        self._root = root
        self.families: dict[str, bool] = {}
        self._ids: dict[str, UUID] = {}
        self._names: dict[str, list[UUID]] = {}

    @classmethod
    async def load(cls, tx: Transaction) -> "PeopleOfTenant":
        """Read what rows are compared with."""
        tenant = await tx.get(TenantRecordRow, tx.tenant_id, lock=False)
        all_units = await tx.session.scalars(select(UnitRow).where(UnitRow.tenant_id == tx.tenant_id))
        units = {row.code: row for row in all_units}
        found = cls(tx, tenant, units, await root_unit(tx))
        families = await tx.session.scalars(select(JobFamilyRow).where(JobFamilyRow.tenant_id == tx.tenant_id))
        found.families = {row.code: row.core for row in families}
        people = await tx.session.execute(
            select(PersonRow.id, PersonRow.external_id, PersonRow.name).where(PersonRow.tenant_id == tx.tenant_id)
        )
        for person_id, external_id, name in people:
            found._remember(person_id, external_id, name)
        return found

    async def put(self, line: PersonLine) -> str:
        """Create or change the person without their manager; returns created, updated or unchanged."""
        unit = self._unit(line.unit)
        wanted = {
            "name": line.name,
            "mail": line.mail,
            "post": line.post,
            "unit_id": unit.id,
            "unit_path": unit.path,
            "job_family": line.job_family,
            "level": line.level,
            "employee_type": line.employee_type,
            "hired_on": line.hired_on,
            "locale": line.locale or self._tenant.default_locale,
            "time_zone": line.time_zone or self._tenant.default_time_zone,
            "calendar_code": line.calendar_code or self._tenant.default_calendar_code,
            "placeholder": False,
        }
        person_id = self._ids.get(line.external_id)
        if person_id is None:
            person = PersonRow(
                tenant_id=self._tx.tenant_id, id=new_id(), external_id=line.external_id, chain=[], active=True, **wanted
            )
            self._tx.add(person)
            self._remember(person.id, line.external_id, line.name)
            return "created"
        person = await self._tx.get(PersonRow, person_id)
        changed = [field for field, value in wanted.items() if getattr(person, field) != value]
        for field in changed:
            setattr(person, field, wanted[field])
        return "updated" if changed else "unchanged"

    async def settle(self, line: PersonLine, outcome: str) -> bool:
        """Set manager and leaving, publish what changed; tells whether the manager had to be made a placeholder."""
        person = await self._tx.get(PersonRow, self._ids[line.external_id])
        manager_id, made = await self._manager(line)
        core = self.families[person.job_family]
        if outcome == "created":
            person.manager_id = manager_id
            since = person.hired_on or today(self._tx.now, person.time_zone)
            self._tx.add(
                ManagerSpanRow(
                    tenant_id=person.tenant_id, person_id=person.id, from_on=since, manager_id=manager_id, until_on=None
                )
            )
            self._tx.publish(person.id, events.person_changed(person, core))
            self._tx.audit("person.created", "person", person.id, source="import")
        elif person.active and person.manager_id != manager_id:
            await hand_over(self._tx, person, manager_id, today(self._tx.now, person.time_zone))
            self._tx.audit("person.manager_changed", "person", person.id, manager_id=manager_id, source="import")
        elif outcome == "updated":
            self._tx.publish(person.id, events.person_changed(person, core))
            self._tx.audit("person.updated", "person", person.id, source="import")
        return made

    async def leave(self, line: PersonLine) -> None:
        """Set the last day once everybody has their manager, so that reports of leavers are handed over."""
        person = await self._tx.get(PersonRow, self._ids[line.external_id])
        if line.left_on is None or not person.active or person.left_on == line.left_on:
            return
        person.left_on, person.leaving_reason = line.left_on, line.leaving_reason or "other"
        over = end(line.left_on, person.time_zone)
        if over <= self._tx.now:
            await end_employment(self._tx, person)
        else:
            await self._tx.due("leaving", person.id, over)
        self._tx.audit("person.leaving_recorded", "person", person.id, left_on=line.left_on, source="import")

    async def draw_lines(self) -> None:
        """Make the lines of all managers anew."""
        await self._tx.session.flush()
        await self._tx.session.execute(_ALL_CHAINS, {"tenant": self._tx.tenant_id})

    async def _manager(self, line: PersonLine) -> tuple[UUID | None, bool]:
        if line.manager_external_id in self._ids:
            return self._unless_self(self._ids[line.manager_external_id], line), False
        if not line.manager:
            return None, False
        if line.manager in self._ids:
            return self._unless_self(self._ids[line.manager], line), False
        same_name = self._names.get(name_key(line.manager), [])
        if len(same_name) == 1:
            return self._unless_self(same_name[0], line), False
        return self._placeholder(line.manager), True

    def _unless_self(self, manager_id: UUID, line: PersonLine) -> UUID | None:
        # Whoever is entered as their own manager is the top of a line.
        return None if manager_id == self._ids[line.external_id] else manager_id

    def _placeholder(self, name: str) -> UUID:
        external_id = placeholder_id(self._tx.tenant_id, name)
        if external_id in self._ids:
            return self._ids[external_id]
        person = PersonRow(
            tenant_id=self._tx.tenant_id,
            id=new_id(),
            external_id=external_id,
            name=" ".join(name.split()),
            mail="",
            post="",
            unit_id=self._root.id,
            unit_path=self._root.path,
            manager_id=None,
            chain=[],
            job_family="management",
            level="",
            employee_type="regular",
            locale=self._tenant.default_locale,
            time_zone=self._tenant.default_time_zone,
            calendar_code=self._tenant.default_calendar_code,
            placeholder=True,
            active=True,
        )
        self._tx.add(person)
        self._tx.publish(person.id, events.person_changed(person, self.families.get("management", False)))
        self._tx.audit("person.placeholder_created", "person", person.id, source="import")
        self._ids[external_id] = person.id
        return person.id

    def _unit(self, name: str) -> UnitRow:
        code = unit_code(name)
        if code == self._root.name.casefold():
            return self._root
        if code not in self._units:
            self._units[code] = add_unit(self._tx, code, name.strip(), self._root)
        return self._units[code]

    def _remember(self, person_id: UUID, external_id: str, name: str) -> None:
        self._ids[external_id] = person_id
        if not external_id.startswith("placeholder-"):
            self._names.setdefault(name_key(name), []).append(person_id)
