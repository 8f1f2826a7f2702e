"""The check for one case and the SQL condition agree on every world."""

from collections.abc import AsyncIterator
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from common.identity import Grant, Identity
from common.policy import Case, Columns, Policy
from devstack.postgres import Postgres
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ARRAY, Column, Integer, MetaData, Table, Uuid, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
ROOT, SALES, OTHER = UUID(int=11), UUID(int=12), UUID(int=13)

TABLE: dict[str, Any] = {
    "relations": {
        "employee": "employee_id",
        "manager": "manager_id",
        "manager_above": "managers_above",
        "past_manager": "past_manager_ids",
    },
    "roles": {"hrbp": "unit", "hr_admin": "tenant", "auditor": "tenant"},
    "own": ["employee", "manager"],
    "actions": {
        "case.read": {
            "fields": ["facts", "texts"],
            "may": {
                "employee": "all",
                "manager": "all",
                "manager_above": ["facts"],
                "past_manager": ["facts"],
                "hrbp": "all",
                "hr_admin": ["facts"],
                "service:archive": "all",
            },
        },
        "case.waive": {"may": ["hrbp"]},
        "case.audit": {"may": ["auditor", "scope:audit"]},
        "case.start": {"may": ["manager"]},
        "case.list": {"may": ["everyone"]},
    },
}
POLICY = Policy(TABLE)

WORLDS = [
    {
        "employee_id": employee,
        "manager_id": manager,
        "managers_above": above,
        "past_manager_ids": past,
        "unit_path": units,
    }
    for employee, manager, above, past, units in product(
        [A, B], [A, B, C, None], [[], [A], [B, C], None], [[], [A, C], None], [[], [ROOT], [ROOT, SALES], [OTHER], None]
    )
]

cases = Table(
    "policy_case",
    MetaData(),
    Column("n", Integer, primary_key=True),
    Column("employee_id", Uuid),
    Column("manager_id", Uuid),
    Column("managers_above", ARRAY(Uuid)),
    Column("past_manager_ids", ARRAY(Uuid)),
    Column("unit_path", ARRAY(Uuid)),
    prefixes=["TEMPORARY"],
)
FACTS = [column for column in cases.c if column.name != "n"]
COLUMNS = Columns(**{column.name: column for column in FACTS})

grants = st.builds(
    Grant, st.sampled_from(["hrbp", "hr_admin", "auditor", "unheard_of"]), st.sampled_from([None, ROOT, SALES, OTHER])
)
identities = st.builds(
    Identity,
    tenant_id=st.just(UUID(int=0)),
    subject=st.sampled_from(["person", "service:archive", "service:other"]),
    kind=st.sampled_from(["person", "machine", "service"]),
    person_id=st.sampled_from([A, B, C, UUID(int=4), None]),
    grants=st.lists(grants, max_size=3).map(tuple),
    scopes=st.frozensets(st.sampled_from(["audit", "other"])),
)
questions = st.sampled_from([(action, "") for action in TABLE["actions"]] + [("case.read", "texts")])


@pytest.fixture(scope="module")
async def connection(postgres: Postgres) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(postgres.dsn("postgres", postgres.password, "postgres"))
    async with engine.connect() as opened:
        await opened.run_sync(cases.create)
        await opened.execute(insert(cases), [{"n": n, **world} for n, world in enumerate(WORLDS)])
        yield opened
    await engine.dispose()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(identity=identities, question=questions)
async def test_the_check_and_the_condition_agree_on_every_world(
    connection: AsyncConnection, identity: Identity, question: tuple[str, str]
) -> None:
    action, field = question

    def allowed(world: dict[str, Any]) -> bool:
        case = Case(**world)
        if field:
            return field in POLICY.visible_fields(identity, action, case)
        return POLICY.can(identity, action, case)

    condition = POLICY.predicate(identity, action, COLUMNS, field=field)
    found = set(await connection.scalars(select(cases.c.n).where(condition)))
    assert found == {n for n, world in enumerate(WORLDS) if allowed(world)}
