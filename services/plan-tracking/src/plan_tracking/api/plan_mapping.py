"""Plans, revisions, refusals and amendments as messages."""

from typing import Any
from uuid import UUID

from common.steps import Step
from common.timestamps import to_day, to_optional_timestamp, to_timestamp
from tandem.common.v1 import localized_pb2 as localized
from tandem.plan_tracking.v1 import amendment_pb2, draft_pb2, plan_pb2, refusal_pb2, revision_pb2, signature_pb2
from tandem.plan_tracking.v1 import facts_pb2 as facts

from plan_tracking.domain.content import Answer, Content, Goal, Measure, decimal_text
from plan_tracking.domain.diff import Change
from plan_tracking.domain.linter import Finding
from plan_tracking.facts import direction_value, enum_value, text_of
from plan_tracking.reading.amendments import AmendmentView
from plan_tracking.reading.plans import PlanView, ReadEntry
from plan_tracking.reading.revisions import RevisionView, SignatureView
from plan_tracking.reading.signing import RefusalView, SignedRevision, SigningSheet

_KINDS = {
    "added": ("new", "新增"),
    "removed": ("removed", "删除"),
    "changed": ("changed", "变更"),
}

_ITEMS = {"goal": ("Goal", "目标"), "measure": ("Measure", "措施"), "answer": ("Answer", "答复")}


def plan_message(view: PlanView) -> plan_pb2.Plan:
    """Return the plan."""
    plan, dues = view.plan, view.dues
    return plan_pb2.Plan(
        id=str(plan.id),
        interview_id=str(plan.interview_id),
        employee_id=str(plan.employee_id),
        manager_id=text_of(plan.manager_id),
        needs_manager=plan.manager_id is None,
        state=enum_value(facts.PlanState, "PLAN_STATE", plan.state),
        newest=revision_message(view.newest),
        in_force=None if view.in_force is None else revision_message(view.in_force),
        in_force_at=to_optional_timestamp(plan.in_force_at),
        issued=plan.issued,
        agree_due_at=to_optional_timestamp(dues.get(Step.AGREED)),
        sign_due_at=to_optional_timestamp(dues.get(Step.SIGNED)),
        next_check_in_due_at=to_optional_timestamp(dues.get(Step.CHECKED_IN)),
        next_review_due_at=to_optional_timestamp(dues.get(Step.REVIEWED)),
        ends_on=to_day(plan.ends_on),
        missed_check_ins_in_a_row=plan.missed_in_a_row,
        awaits_takeover=plan.awaits_takeover,
        takeover_due_at=to_optional_timestamp(dues.get(Step.TAKEN_OVER)),
        withdraw_reason=enum_value(facts.WithdrawReason, "WITHDRAW_REASON", plan.withdraw_reason),
        closed_at=to_optional_timestamp(plan.closed_at),
        open_blockers=view.open_blockers,
        version=plan.version,
    )


def revision_message(view: RevisionView) -> revision_pb2.Revision:
    """Return the revision; goals and answers are empty for who sees states only."""
    row, content = view.row, view.content or Content()
    return revision_pb2.Revision(
        plan_id=str(row.plan_id),
        revision=row.number,
        state=enum_value(facts.RevisionState, "REVISION_STATE", row.state),
        goals=[_goal(goal) for goal in content.goals],
        answers=_answers(view),
        signatures=[signature_message(each) for each in view.signatures],
        content_hash=row.content_hash or b"",
        offered_at=to_optional_timestamp(row.offered_at),
        in_force_at=to_optional_timestamp(row.in_force_at),
        issued=row.issued,
        ends_on=to_day(row.ends_on),
        counter_statement=view.counter_statement,
    )


def signature_message(view: SignatureView) -> signature_pb2.Signature:
    """Return the signature; how identity was proven only with its record."""
    row, record = view.row, view.record
    message = signature_pb2.Signature(
        role=enum_value(facts.SignerRole, "SIGNER_ROLE", row.role),
        person_id=str(row.person_id),
        name=record.get("name", ""),
        signed_at=to_timestamp(row.signed_at),
        content_hash=row.content_hash,
        previous_signature_hash=row.previous_hash if row.ordinal > 1 else b"",
        issuer=record.get("issuer", ""),
        issuer_subject=record.get("subject", ""),
        acr=record.get("acr", ""),
        consent=record.get("consent_text", ""),
        locale=record.get("consent_locale", ""),
    )
    if record.get("auth_time"):
        message.auth_time.FromJsonString(record["auth_time"])
    return message


def finding_message(finding: Finding) -> draft_pb2.Finding:
    """Return what the linter found."""
    quoted = f" “{finding.words}”" if finding.words else ""
    return draft_pb2.Finding(
        error=finding.error,
        code=finding.reason,
        field=finding.field,
        text=localized.LocalizedText(zh_cn=f"{finding.zh}{quoted}", en=f"{finding.en}{quoted}"),
    )


def change_message(change: Change) -> revision_pb2.Change:
    """Return the change as a person reads it: which item, which field, from what to what."""
    en, zh = _KINDS[change.kind]
    item_en, item_zh = _ITEMS[change.item]
    before, after = change.before or "–", change.after or "–"
    # The field that names the item says the same by itself.
    named = change.item_name and change.item_name not in {change.before, change.after}
    of_en, of_zh = (f"{item_en} “{change.item_name}”, ", f"{item_zh}“{change.item_name}”") if named else ("", "")
    return revision_pb2.Change(
        field=f"{change.item}s[{change.item_id}].{change.field}",
        kind=change.kind,
        before=change.before,
        after=change.after,
        text=localized.LocalizedText(
            zh_cn=f"{of_zh}{change.label_zh}（{zh}）：{before} → {after}",
            en=f"{of_en}{change.label_en} ({en}): {before} → {after}",
        ),
    )


def sheet_message(sheet: SigningSheet) -> signature_pb2.GetSigningContentResponse:
    """Return what is to be signed."""
    return signature_pb2.GetSigningContentResponse(
        revision=sheet.revision,
        content=sheet.content,
        content_hash=sheet.content_hash,
        consent=sheet.consent,
        locale=sheet.locale,
        fresh_login_seconds=sheet.fresh_login_seconds,
        plan_version=sheet.plan_version,
    )


def signed_message(signed: SignedRevision) -> revision_pb2.GetSignedRevisionResponse:
    """Return the revision as the archive takes it."""
    return revision_pb2.GetSignedRevisionResponse(
        plan_id=str(signed.plan.id),
        interview_id=str(signed.plan.interview_id),
        revision=signed.revision.number,
        content=signed.content,
        content_hash=signed.revision.content_hash or b"",
        signatures=[signature_message(each) for each in signed.signatures],
        counter_statement=signed.counter_statement,
        amendments=signed.amendments,
        issued=signed.revision.issued,
        plan_state=enum_value(facts.PlanState, "PLAN_STATE", signed.plan.state),
        refusal_reason=signed.refusal_reason,
        decision_reason=signed.decision_reason,
    )


def refusal_message(view: RefusalView) -> refusal_pb2.Refusal:
    """Return the refusal."""
    row = view.row
    return refusal_pb2.Refusal(
        plan_id=str(row.plan_id),
        revision=row.revision,
        kind=enum_value(facts.RefusalKind, "REFUSAL_KIND", row.kind),
        reason=view.reason,
        recorded_by=str(row.recorded_by),
        recorded_at=to_timestamp(row.recorded_at),
        witnessed_by=text_of(row.witnessed_by),
        witnessed_at=to_optional_timestamp(row.witnessed_at),
        decide_by=to_optional_timestamp(row.decide_by),
        decision=enum_value(facts.RefusalDecision, "REFUSAL_DECISION", row.decision),
        decision_reason=view.decision_reason,
        decided_by=text_of(row.decided_by),
        decided_at=to_optional_timestamp(row.decided_at),
    )


def amendment_message(view: AmendmentView) -> amendment_pb2.Amendment:
    """Return the amendment; its number is given with the acknowledgement."""
    row = view.row
    acknowledged = row.state == "acknowledged"
    return amendment_pb2.Amendment(
        id=str(row.id),
        plan_id=str(row.plan_id),
        revision=row.revision,
        amendment=row.number if acknowledged else 0,
        state=enum_value(amendment_pb2.AmendmentState, "AMENDMENT_STATE", row.state),
        measure_id=str(row.measure_id),
        replacement=_replacement(view.replacement, row.proposed_by),
        reason=view.reason,
        changes=[change_message(each) for each in view.changes],
        content_hash=row.content_hash,
        proposed_by=str(row.proposed_by),
        proposed_at=to_timestamp(row.proposed_at),
        acknowledged_at=to_optional_timestamp(row.ended_at if acknowledged else None),
        version=row.version,
    )


def read_message(entry: ReadEntry) -> plan_pb2.PlanRead:
    """Return who read what."""
    return plan_pb2.PlanRead(
        reader_id=entry.reader_id,
        read_at=to_timestamp(entry.read_at),
        resource_type=entry.resource_type,
        resource_id=entry.resource_id,
    )


def _goal(goal: Goal) -> revision_pb2.Goal:
    return revision_pb2.Goal(
        id=str(goal.goal_id),
        text=goal.statement,
        shortfall_id=text_of(goal.shortfall_id),
        metric_code=goal.metric_code,
        baseline=decimal_text(goal.baseline),
        target=decimal_text(goal.target),
        measure_unit=goal.measure_unit,
        direction=direction_value(goal.direction),
        due_on=to_day(goal.due_on),
        author_id=text_of(goal.proposed_by),
        edited_by=_other(goal.edited_by, goal.proposed_by),
        measures=[measure_message(measure) for measure in goal.measures],
    )


def measure_message(measure: Measure) -> revision_pb2.Measure:
    """Return the measure with its authors."""
    return revision_pb2.Measure(
        id=str(measure.measure_id),
        action=measure.action,
        owner_id=text_of(measure.owner_id),
        resource=measure.resource,
        cadence=measure.cadence,
        due_on=to_day(measure.due_on),
        author_id=text_of(measure.proposed_by),
        edited_by=_other(measure.edited_by, measure.proposed_by),
        amended_by=measure.amended_by,
    )


def _answers(view: RevisionView) -> list[revision_pb2.RequestAnswer]:
    given: dict[str, Answer] = {}
    if view.content is not None:
        given = {str(answer.request_id): answer for answer in view.content.answers}
    messages = []
    for request in view.requests:
        answer = given.get(request["id"])
        message = revision_pb2.RequestAnswer(request_id=request["id"], keyed_hash=bytes.fromhex(request["hash"]))
        if answer is not None:
            message.answered, message.accepted = True, answer.accepted
            message.measure_id, message.reason = text_of(answer.measure_id), answer.reason
        messages.append(message)
    return messages


def _replacement(stored: dict[str, Any], author_id: UUID) -> revision_pb2.Measure:
    if not stored:
        return revision_pb2.Measure()
    return revision_pb2.Measure(**stored, author_id=str(author_id))


def _other(edited_by: UUID | None, proposed_by: UUID | None) -> str:
    return "" if edited_by == proposed_by else text_of(edited_by)
