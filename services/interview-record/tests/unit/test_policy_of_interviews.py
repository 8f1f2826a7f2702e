"""The table of the design, who does and sees what in a case, against the policy's own."""

import pytest
from common.identity import Grant, Identity
from common.ids import new_id
from common.policy import Case
from interview_record.policy import POLICY

TENANT, UNIT, ABOVE, ELSEWHERE = new_id(), new_id(), new_id(), new_id()
EMPLOYEE, MANAGER, DIRECTOR, FORMER = new_id(), new_id(), new_id(), new_id()
CASE = Case(
    employee_id=EMPLOYEE,
    manager_id=MANAGER,
    manager_above_ids=(DIRECTOR,),
    past_manager_ids=(FORMER,),
    unit_path=(ABOVE, UNIT),
)


def person(person_id: object = None, *grants: Grant) -> Identity:
    return Identity(TENANT, "person", "person", person_id=person_id or new_id(), grants=grants)  # type: ignore[arg-type]


CALLERS = {
    "employee": person(EMPLOYEE),
    "manager": person(MANAGER),
    "director": person(DIRECTOR),
    "former": person(FORMER),
    "hrbp": person(None, Grant("hrbp", UNIT)),
    "hrbp_above": person(None, Grant("hrbp", ABOVE)),
    "hrbp_elsewhere": person(None, Grant("hrbp", ELSEWHERE)),
    "hr_admin": person(None, Grant("hr_admin")),
    "auditor": person(None, Grant("auditor")),
    "stranger": person(),
    "program": Identity(TENANT, "machine", "machine", scopes=frozenset({"read"})),
    "hrbp_who_is_the_manager": person(MANAGER, Grant("hrbp", UNIT)),
}
HR = {"hrbp", "hrbp_above"}
WHOLE = {"employee", "manager", "former", "auditor", "hrbp_who_is_the_manager"} | HR
MANAGES = {"manager", "hrbp_who_is_the_manager"}
MAY = {
    "interview.read": WHOLE | {"director", "hr_admin", "program"},
    "interview.open": MANAGES | HR,
    "interview.cancel": HR,
    "interview.cancel_before_sharing": MANAGES | HR,
    "interview.waive": HR,
    "interview.waive_by_manager": MANAGES | HR,
    "interview.list_reads": {"employee", "auditor"} | HR,
    "interview.confirm_data": MANAGES | HR,
    "interview.suggest": MANAGES | HR,
    "interview.set_core_goal": MANAGES,
    "interview.share": MANAGES,
    "interview.see_guides": MANAGES | HR | {"auditor"},
    "interview.write_self_analysis": {"employee"},
    "interview.open_dispute": {"employee"},
    "interview.decide_dispute": HR,
    "interview.hold": MANAGES,
    "interview.evaluate": MANAGES | {"employee"},
}


@pytest.mark.parametrize("action", sorted(MAY))
def test_each_act_is_open_to_exactly_those_whom_the_design_names(action: str) -> None:
    assert {name for name, caller in CALLERS.items() if POLICY.can(caller, action, CASE)} == MAY[action]


def test_texts_are_for_those_who_see_the_whole_case() -> None:
    seen = {
        name for name, caller in CALLERS.items() if "texts" in POLICY.visible_fields(caller, "interview.read", CASE)
    }

    assert seen == WHOLE


def test_the_table_names_every_act_on_an_interview() -> None:
    assert {name for name in POLICY.actions if name.startswith("interview.")} == set(MAY)
