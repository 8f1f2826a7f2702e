"""The facts by which the policy decides about a person's figures and about a unit's cycles."""

from collections.abc import Sequence
from uuid import UUID

from common.policy import Case, Columns
from sqlalchemy import Uuid, null, type_coerce

from interview_record.storage.cycle_tables import CycleRow
from interview_record.storage.directory_tables import PersonRow

# A cycle is a case of nobody.
_NOBODY = type_coerce(null(), Uuid)


def person_case(person: PersonRow) -> Case:
    """Return the case of a person's own facts."""
    return Case(
        employee_id=person.id,
        manager_id=person.manager_id,
        manager_above_ids=person.managers_above,
        unit_path=person.unit_path,
    )


def person_columns() -> Columns:
    """Return the same as columns of the person table, which a list joins."""
    return Columns(
        employee_id=PersonRow.id,
        manager_id=PersonRow.manager_id,
        manager_above_ids=PersonRow.managers_above,
        unit_path=PersonRow.unit_path,
    )


def unit_case(path: Sequence[UUID]) -> Case:
    """Return the case of a unit: nobody's own; an empty path is the whole tenant."""
    return Case(employee_id=None, manager_id=None, unit_path=path)


def cycle_columns() -> Columns:
    """Return the facts of a cycle as columns."""
    return Columns(employee_id=_NOBODY, manager_id=_NOBODY, unit_path=CycleRow.unit_path)
