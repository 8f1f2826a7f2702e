from typing import Any
from uuid import UUID, uuid4

import pytest
from common.errors import Forbidden, NotFound
from common.identity import Grant, Identity
from common.policy import Case, Policy

TENANT = uuid4()
EMPLOYEE, MANAGER, UPPER, STRANGER = (uuid4() for _ in range(4))
ROOT, SALES, OTHER = (uuid4() for _ in range(3))
TABLE: dict[str, Any] = {
    "relations": {"employee": "employee_id", "manager": "manager_id", "manager_above": "managers_above"},
    "roles": {"hrbp": "unit", "auditor": "tenant"},
    "own": ["employee", "manager"],
    "actions": {
        "case.read": {
            "fields": ["facts", "texts"],
            "may": {
                "employee": "all",
                "manager": "all",
                "manager_above": ["facts"],
                "hrbp": "all",
                "auditor": ["facts"],
                "service:archive": "all",
            },
        },
        "case.start": {"may": ["manager"]},
        "case.waive": {"may": ["hrbp"]},
        "guide.read": {"may": ["everyone"]},
        "kpi.import": {"may": ["hrbp", "scope:kpi.write"]},
    },
}
POLICY = Policy(TABLE)
CASE = Case(employee_id=EMPLOYEE, manager_id=MANAGER, managers_above=(UPPER,), unit_path=(ROOT, SALES))


def person(id: UUID, *grants: Grant) -> Identity:
    return Identity(TENANT, f"person:{id}", "person", person_id=id, grants=grants)


def hrbp(id: UUID = STRANGER, unit: UUID | None = SALES) -> Identity:
    return person(id, Grant("hrbp", unit))


def test_each_relation_may_what_its_row_says() -> None:
    assert POLICY.can(person(MANAGER), "case.start", CASE)
    assert not POLICY.can(person(EMPLOYEE), "case.start", CASE)
    assert not POLICY.can(person(STRANGER), "case.read", CASE)


def test_what_is_seen_is_the_union_of_all_that_is_held() -> None:
    assert POLICY.visible_fields(person(UPPER), "case.read", CASE) == {"facts"}
    both = person(UPPER, Grant("hrbp", ROOT))
    assert POLICY.visible_fields(both, "case.read", CASE) == {"facts", "texts"}
    assert POLICY.visible_fields(person(STRANGER), "case.read", CASE) == frozenset()


def test_a_unit_role_counts_in_its_unit_and_all_under_it() -> None:
    assert POLICY.can(hrbp(unit=SALES), "case.waive", CASE)
    assert POLICY.can(hrbp(unit=ROOT), "case.waive", CASE)
    assert POLICY.can(hrbp(unit=None), "case.waive", CASE)
    assert not POLICY.can(hrbp(unit=OTHER), "case.waive", CASE)


def test_a_tenant_role_counts_everywhere() -> None:
    assert POLICY.can(person(STRANGER, Grant("auditor", OTHER)), "case.read", CASE)


@pytest.mark.parametrize("own", [EMPLOYEE, MANAGER])
def test_nobody_acts_by_role_in_a_case_of_their_own(own: UUID) -> None:
    assert not POLICY.can(hrbp(own, None), "case.waive", CASE)
    assert POLICY.can(hrbp(own, None), "case.read", CASE)


def test_a_role_without_the_facts_that_would_exclude_it_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="manager_id"):
        POLICY.can(hrbp(), "case.waive", Case(employee_id=EMPLOYEE, unit_path=(SALES,)))


def test_a_case_without_a_manager_is_nobodys_own() -> None:
    held = Case(employee_id=EMPLOYEE, manager_id=None, unit_path=(SALES,))
    assert POLICY.can(hrbp(), "case.waive", held)


def test_who_may_not_read_a_case_does_not_learn_that_it_exists() -> None:
    with pytest.raises(NotFound) as hidden:
        POLICY.require(person(STRANGER), "case.start", CASE, id=7)
    assert hidden.value.facts == {"resource": "case", "id": "7"}
    with pytest.raises(Forbidden) as refused:
        POLICY.require(person(EMPLOYEE), "case.start", CASE)
    assert refused.value.facts == {"action": "case.start"}
    POLICY.require(person(MANAGER), "case.start", CASE)


def test_without_a_case_a_role_held_anywhere_is_enough_and_a_relation_never() -> None:
    assert POLICY.can(hrbp(unit=OTHER), "kpi.import")
    assert not POLICY.can(person(MANAGER), "case.start")
    with pytest.raises(Forbidden):
        POLICY.require(person(MANAGER), "kpi.import")


def test_machines_act_by_scope_and_services_by_name() -> None:
    machine = Identity(TENANT, "machine:1", "machine", scopes=frozenset({"kpi.write"}))
    assert POLICY.can(machine, "kpi.import")
    assert not POLICY.can(machine, "guide.read")
    assert not POLICY.can(Identity(TENANT, "person:1", "person", scopes=frozenset({"kpi.write"})), "kpi.import")
    assert POLICY.can(Identity.of_service("archive", TENANT), "case.read", CASE)
    assert not POLICY.can(Identity.of_service("other", TENANT), "case.read", CASE)
    assert not POLICY.can(Identity(TENANT, "service:archive", "person", person_id=STRANGER), "case.read", CASE)


def test_a_service_is_never_taken_for_the_person_it_acts_for() -> None:
    acting = Identity(TENANT, "service:other", "service", person_id=MANAGER)
    assert not POLICY.can(acting, "case.start", CASE)


def test_everyone_means_every_person_of_the_tenant() -> None:
    assert POLICY.can(person(STRANGER), "guide.read")
    assert not POLICY.can(Identity.of_service("other", TENANT), "guide.read")


def test_an_unknown_action_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        POLICY.can(person(STRANGER), "case.steal", CASE)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [({"may": ["boss"]}, "boss"), ({"fields": ["facts"], "may": {"employee": ["texts"]}}, "texts")],
)
def test_a_row_that_names_what_does_not_exist_is_refused_when_the_table_is_read(row: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Policy({**TABLE, "actions": {"case.read": row}})
