"""Proposals for core goal and directions: from the case's shortfalls, the employee type and the job family."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from common.content import Text
from common.transaction import Transaction
from sqlalchemy import select

from interview_record.content.playbooks import built_in_playbooks
from interview_record.content.suggestions import suggestions
from interview_record.domain.explanations import explain
from interview_record.domain.shortfalls import Sum
from interview_record.storage.facts_tables import MetricRow, ShortfallRow
from interview_record.storage.interview_tables import InterviewRow
from interview_record.words import decimal_text

Values = Mapping[str, Text]


async def suggest(tx: Transaction, row: InterviewRow) -> list[dict[str, Any]]:
    """Return proposals in the JSON form of the contract, the largest shortfall first; one without any shortfall."""
    kind, family = row.dimensions["employee_type"], row.dimensions["job_family"]
    shortfalls = await _shortfalls(tx, row)
    if not shortfalls:
        texts = suggestions()
        goal = texts.goals_without_shortfall.get(kind, texts.goals_without_shortfall["regular"])
        reason = texts.reasons["without_shortfall"]
        return [_suggestion("", goal, _directions("", kind, family), reason)]
    metrics = await _metrics(tx, {each.metric_code for each in shortfalls})
    return [_of_shortfall(each, metrics[each.metric_code], kind, family) for each in shortfalls]


async def _shortfalls(tx: Transaction, row: InterviewRow) -> list[ShortfallRow]:
    wanted = [UUID(each["shortfall_id"]) for each in row.shortfalls]
    found = await tx.session.scalars(
        select(ShortfallRow)
        .where(ShortfallRow.tenant_id == tx.tenant_id, ShortfallRow.id.in_(wanted))
        .order_by(ShortfallRow.size_percent.desc(), ShortfallRow.id)
    )
    return list(found)


async def _metrics(tx: Transaction, codes: set[str]) -> dict[str, MetricRow]:
    found = await tx.session.scalars(
        select(MetricRow).where(MetricRow.tenant_id == tx.tenant_id, MetricRow.code.in_(codes))
    )
    return {each.code: each for each in found}


def _of_shortfall(shortfall: ShortfallRow, metric: MetricRow, kind: str, family: str) -> dict[str, Any]:
    found, texts = Sum.read(shortfall.sum), suggestions()
    aim = found.target if found.target is not None else found.team_mean
    name = Text(zh=metric.name_zh, en=metric.name_en)
    values = {"metric": name, "actual": _same(decimal_text(found.actual)), "target": _same(decimal_text(aim))}
    way = "open" if aim is None else "down" if found.lower_is_better else "up"
    goal = _filled(texts.goals[way], values)
    first = built_in_playbooks()["standard"].usual_plan.get(kind)
    if first is not None and first.first_step_percent is not None:
        step = _filled(texts.goals["first_step"], {"percent": _same(str(first.first_step_percent))})
        goal = Text(zh=goal.zh + step.zh, en=goal.en + step.en)
    said = explain(found)
    reason = _filled(texts.reasons["shortfall"], {"metric": name, "explanation": Text(zh=said.zh, en=said.en)})
    return _suggestion(str(shortfall.id), goal, _directions(shortfall.shortfall_type, kind, family), reason)


def _directions(shortfall_type: str, kind: str, family: str) -> list[Text]:
    texts = suggestions()
    found = [*texts.by_shortfall.get(shortfall_type, ())]
    found.append(texts.by_employee_type.get(kind, texts.by_employee_type["regular"]))
    if family in texts.by_job_family:
        found.append(texts.by_job_family[family])
    return found


def _suggestion(shortfall_id: str, goal: Text, directions: list[Text], reason: Text) -> dict[str, Any]:
    return {
        "shortfall_id": shortfall_id,
        "core_goal": _both(goal),
        "directions": [_both(each) for each in directions],
        "reason": _both(reason),
    }


def _filled(text: Text, values: Values) -> Text:
    return Text(
        zh=text.zh.format(**{name: value.zh for name, value in values.items()}),
        en=text.en.format(**{name: value.en for name, value in values.items()}),
    )


def _same(text: str) -> Text:
    return Text(zh=text, en=text)


def _both(text: Text) -> dict[str, str]:
    return {"zh_cn": text.zh, "en": text.en}
