"""Change a plan template of the tenant's own; drafts that started from it stay as they are."""

from collections.abc import Sequence
from uuid import UUID

from common.call import Call
from common.content import Text
from common.database import Database
from common.errors import AppError, Kind

from plan_tracking.domain.templates import TemplateGoal
from plan_tracking.policy import POLICY
from plan_tracking.storage.plan_tables import TemplateRow
from plan_tracking.storage.templates import built_in_templates, goal_as_json


class BuiltIn(AppError):
    """What ships with the product changes with it."""

    kind = Kind.PRECONDITION
    reason = "BUILT_IN"
    en = "A built-in template cannot be changed; make one of your own."
    zh = "内置模板不可修改，请新建自有模板。"


async def update_template(
    database: Database,
    call: Call,
    template_id: UUID,
    name: Text,
    goals: Sequence[TemplateGoal],
    expected_version: int,
) -> UUID:
    """Change it as the HR administrator; returns the template's id. Raises NotFound, BuiltIn."""
    async with database.transaction(call) as tx:
        POLICY.require(tx.identity, "template.write")
        if template_id in built_in_templates():
            raise BuiltIn
        row = await tx.get(TemplateRow, template_id, expected_version=expected_version, resource="template")
        row.name = {"zh": name.zh, "en": name.en}
        row.goals = [goal_as_json(goal) for goal in goals]
        tx.audit("template.updated", "template", row.id, code=row.code)
        return tx.done(template_id)
