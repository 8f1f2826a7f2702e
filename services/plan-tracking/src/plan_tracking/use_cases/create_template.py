"""Add a plan template of the tenant's own."""

from collections.abc import Sequence
from uuid import UUID

from common.call import Call
from common.content import Text
from common.database import Database
from common.errors import AppError, Kind
from common.ids import new_id
from sqlalchemy import select

from plan_tracking.domain.templates import TemplateGoal
from plan_tracking.policy import POLICY
from plan_tracking.storage.plan_tables import TemplateRow
from plan_tracking.storage.templates import built_in_templates, goal_as_json


class CodeTaken(AppError):
    """Codes tell templates apart."""

    kind = Kind.CONFLICT
    reason = "CODE_TAKEN"
    en = "There is a template with the code {code} already."
    zh = "编码为 {code} 的模板已存在。"


async def create_template(
    database: Database,
    call: Call,
    *,
    code: str,
    name: Text,
    shortfall_type: str,
    job_family: str,
    employee_type: str,
    goals: Sequence[TemplateGoal],
) -> UUID:
    """Add it as the HR administrator; returns the template's id. Raises CodeTaken."""
    async with database.transaction(call) as tx:
        POLICY.require(tx.identity, "template.write")
        taken = await tx.session.scalar(
            select(TemplateRow.id).where(TemplateRow.tenant_id == tx.tenant_id, TemplateRow.code == code)
        )
        if taken is not None or any(each.code == code for each in built_in_templates().values()):
            raise CodeTaken(code=code)
        row = TemplateRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            code=code,
            name={"zh": name.zh, "en": name.en},
            shortfall_type=shortfall_type,
            job_family=job_family,
            employee_type=employee_type,
            goals=[goal_as_json(goal) for goal in goals],
        )
        tx.add(row)
        tx.audit("template.created", "template", row.id, code=code)
        return tx.done(row.id)
