"""Who may do what with plans: the whole table, written down a second time."""

from collections.abc import Mapping

import pytest
from common.identity import Grant, Identity
from common.ids import new_id
from common.policy import Case
from plan_tracking.policy import POLICY

TENANT, ROOT, SALES, OTHER = (new_id() for _ in range(4))
EMPLOYEE, MANAGER, UPPER, PAST, OWNER, STRANGER = (new_id() for _ in range(6))
CASE = Case(
    employee_id=EMPLOYEE,
    manager_id=MANAGER,
    manager_above_ids=(UPPER,),
    past_manager_ids=(PAST,),
    owner_ids=(OWNER,),
    unit_path=(ROOT, SALES),
)


def person(id: object = STRANGER, *grants: Grant) -> Identity:
    return Identity(TENANT, f"person:{id}", "person", person_id=id, grants=grants)  # type: ignore[arg-type]


WHO: Mapping[str, Identity] = {
    "employee": person(EMPLOYEE),
    "manager": person(MANAGER),
    "upper": person(UPPER),
    "past": person(PAST),
    "owner": person(OWNER),
    "hrbp": person(STRANGER, Grant("hrbp", SALES)),
    "root_hrbp": person(STRANGER, Grant("hrbp", ROOT)),
    "other_hrbp": person(STRANGER, Grant("hrbp", OTHER)),
    "hr_admin": person(STRANGER, Grant("hr_admin")),
    "auditor": person(STRANGER, Grant("auditor")),
    "stranger": person(),
    "machine": Identity(TENANT, "client:hr", "machine", scopes=frozenset({"read", "facts:write"})),
    "archive": Identity.of_service("interview-record", TENANT),
    "own_hrbp": person(EMPLOYEE, Grant("hrbp", SALES)),
    "managing_hrbp": person(MANAGER, Grant("hrbp", SALES)),
}
PARTNERS = {"hrbp", "root_hrbp"}
AS_EMPLOYEE = {"employee", "own_hrbp"}
AS_MANAGER = {"manager", "managing_hrbp"}
PARTIES = AS_EMPLOYEE | AS_MANAGER
CASES = {
    "plan.read": PARTIES | PARTNERS | {"upper", "past", "hr_admin", "auditor", "machine"},
    "plan.list_reads": AS_EMPLOYEE | PARTNERS | {"auditor"},
    "plan.draft": PARTIES,
    "plan.answer_request": AS_MANAGER,
    "plan.offer": AS_MANAGER,
    "plan.retract_offer": AS_MANAGER,
    "plan.sign": PARTIES,
    "plan.refuse": AS_EMPLOYEE,
    "plan.record_silence": AS_MANAGER,
    "plan.witness_silence": PARTNERS,
    "plan.decide_refusal": PARTNERS,
    "plan.start_revision": PARTIES,
    "plan.discard_revision": PARTIES,
    "plan.propose_amendment": AS_MANAGER,
    "plan.acknowledge_amendment": AS_EMPLOYEE,
    "plan.take_over": AS_MANAGER,
    "plan.check_in": AS_MANAGER,
    "plan.review": AS_MANAGER,
    "plan.stand_in": PARTNERS,
    "plan.raise_blocker": PARTIES | PARTNERS | {"owner"},
    "plan.resolve_blocker": PARTIES | PARTNERS | {"owner"},
    "plan.escalate_blocker": PARTIES | {"owner"},
    "measure.read": PARTIES | PARTNERS | {"past", "owner", "auditor"},
    "measure.report": PARTIES | {"owner"},
    "plan.waive": PARTNERS,
    "plan.waive_by_manager": AS_MANAGER | PARTNERS,
}
TENANT_WIDE = {
    "template.read": set(WHO) - {"archive"},
    "template.write": {"hr_admin"},
    "plan.get_signed_revision": {"archive"},
}


def test_the_table_names_every_action() -> None:
    assert set(POLICY.actions) == set(CASES) | set(TENANT_WIDE)


@pytest.mark.parametrize("action", CASES)
def test_in_a_case(action: str) -> None:
    assert {name for name, identity in WHO.items() if POLICY.can(identity, action, CASE)} == CASES[action]


@pytest.mark.parametrize("action", TENANT_WIDE)
def test_in_the_tenant(action: str) -> None:
    assert {name for name, identity in WHO.items() if POLICY.can(identity, action)} == TENANT_WIDE[action]


def test_those_above_hr_administrators_and_machines_see_states_without_texts() -> None:
    seen = {name: POLICY.visible_fields(WHO[name], "plan.read", CASE) for name in CASES["plan.read"]}
    without_texts = {name for name, fields in seen.items() if "texts" not in fields}
    assert without_texts == {"upper", "hr_admin", "machine"}
