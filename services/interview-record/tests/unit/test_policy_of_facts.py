"""Who may do what with facts, playbooks and cycles: the whole table, written down a second time."""

from collections.abc import Mapping

import pytest
from common.identity import Grant, Identity
from common.ids import new_id
from common.policy import Case
from interview_record.policy import POLICY

TENANT, ROOT, SALES, OTHER = (new_id() for _ in range(4))
EMPLOYEE, MANAGER, UPPER, STRANGER = (new_id() for _ in range(4))
CASE = Case(employee_id=EMPLOYEE, manager_id=MANAGER, manager_above_ids=(UPPER,), unit_path=(ROOT, SALES))


def person(id: object = STRANGER, *grants: Grant) -> Identity:
    return Identity(TENANT, f"person:{id}", "person", person_id=id, grants=grants)  # type: ignore[arg-type]


def machine(scope: str) -> Identity:
    return Identity(TENANT, "client:hr", "machine", scopes=frozenset({scope}))


WHO: Mapping[str, Identity] = {
    "employee": person(EMPLOYEE),
    "manager": person(MANAGER),
    "upper": person(UPPER),
    "hrbp": person(STRANGER, Grant("hrbp", SALES)),
    "other_hrbp": person(STRANGER, Grant("hrbp", OTHER)),
    "hr_admin": person(STRANGER, Grant("hr_admin")),
    "auditor": person(STRANGER, Grant("auditor")),
    "stranger": person(),
    "reads": machine("read"),
    "writes": machine("facts:write"),
    "own_hrbp": person(EMPLOYEE, Grant("hrbp", SALES)),
}
CASES = {
    "kpi.read": {"employee", "manager", "upper", "hrbp", "hr_admin", "auditor", "reads", "own_hrbp"},
    "kpi.record": {"manager", "hrbp", "hr_admin", "writes"},
    "fact.read": {"employee", "manager", "upper", "hrbp", "hr_admin", "auditor", "own_hrbp"},
    "fact.record": {"manager", "hrbp"},
    "shortfall.read": {"employee", "manager", "upper", "hrbp", "hr_admin", "auditor", "own_hrbp"},
    "shortfall.decide": {"manager", "hrbp"},
    "shortfall.find": {"manager", "hrbp", "hr_admin"},
}
TENANT_WIDE = {
    "kpi.import": {"hr_admin", "writes"},
    "fact.import": {"hr_admin", "writes"},
    "import.read": {"hr_admin", "auditor", "writes"},
    "import.undo": {"hr_admin", "writes"},
    "playbook.write": {"hr_admin"},
    "metric.write": {"hr_admin", "writes"},
}
TEXTS = {"employee", "manager", "hrbp", "auditor", "own_hrbp"}


@pytest.mark.parametrize("action", CASES)
@pytest.mark.parametrize("who", WHO)
def test_in_the_case_of_a_person(action: str, who: str) -> None:
    assert POLICY.can(WHO[who], action, CASE) == (who in CASES[action])


@pytest.mark.parametrize("action", TENANT_WIDE)
@pytest.mark.parametrize("who", WHO)
def test_in_the_tenant(action: str, who: str) -> None:
    assert POLICY.can(WHO[who], action) == (who in TENANT_WIDE[action])


@pytest.mark.parametrize("action", ["fact.read", "shortfall.read"])
@pytest.mark.parametrize("who", WHO)
def test_texts_are_for_fewer_than_figures(action: str, who: str) -> None:
    assert ("texts" in POLICY.visible_fields(WHO[who], action, CASE)) == (who in TEXTS)


@pytest.mark.parametrize(("action", "allowed"), [("cycle.read", {"auditor"}), ("cycle.run", set())])
@pytest.mark.parametrize("who", WHO)
def test_cycles_belong_to_the_hr_of_their_units(action: str, allowed: set[str], who: str) -> None:
    of_sales = Case(employee_id=None, manager_id=None, unit_path=(ROOT, SALES))
    assert POLICY.can(WHO[who], action, of_sales) == (who in {"hrbp", "own_hrbp", "hr_admin"} | allowed)


def test_every_person_reads_playbooks_and_metrics() -> None:
    assert all(POLICY.can(WHO["stranger"], action) for action in ("playbook.read", "metric.read"))
