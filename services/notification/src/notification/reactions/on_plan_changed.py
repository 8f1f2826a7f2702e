"""What people hear of a plan, from the offer to its end."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from common.events import Event
from common.timestamps import from_optional_timestamp
from common.transaction import Transaction
from tandem.plan_tracking.v1 import events_pb2 as pb
from tandem.plan_tracking.v1 import facts_pb2 as facts

from notification.case_copies import copy_plan
from notification.domain.notice import Guard, Values
from notification.parties import Parties
from notification.reminding import plan_measures, supporters_measures
from notification.storage.copy_tables import PlanRow
from notification.words import iso

if TYPE_CHECKING:
    from common.database import Database


async def on_plan_drafted(database: "Database", event: Event[pb.PlanDrafted]) -> None:
    """Tell both where the HRBP sent a refused plan back; other drafts are their own doing."""
    plan_id = UUID(event.message.plan.plan_id)
    async with database.reaction(event) as tx:
        before = await tx.session.get(PlanRow, (tx.tenant_id, plan_id))
        was_refused = before is not None and before.state == "refused"
        parties = await _follow(tx, event)
        if parties and was_refused:
            await parties.tell_counterparts("plan_back_to_draft", str(event.message.plan.revision))


async def on_plan_offered(database: "Database", event: Event[pb.PlanOffered]) -> None:
    """Ask both to sign."""
    plan = event.message.plan
    due_at = from_optional_timestamp(plan.sign_due_at)
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            await parties.tell_counterparts(
                "plan_to_sign",
                f"{event.message.revision}:{iso(from_optional_timestamp(plan.offered_at))}",
                moments={"due_at": due_at},
                guard=_offered(plan),
                deadline=due_at,
            )


async def on_plan_partly_signed(database: "Database", event: Event[pb.PlanPartlySigned]) -> None:
    """Tell the other that the plan now waits for them."""
    said = event.message
    due_at = from_optional_timestamp(said.plan.sign_due_at)
    by_employee = said.signed_as == facts.SIGNER_ROLE_EMPLOYEE
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            await parties.tell_counterparts(
                "plan_partly_signed",
                str(said.revision),
                but=said.plan.employee_id if by_employee else said.plan.manager_id,
                moments={"due_at": due_at},
                guard=_offered(said.plan),
                deadline=due_at,
            )


async def on_plan_signed(database: "Database", event: Event[pb.PlanSigned]) -> None:
    """Tell both that it is in force, and everyone else whose help it counts on."""
    said = event.message
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            await parties.tell_counterparts("plan_signed", str(said.revision), days=_next_check_in(said.plan))
            await _tell_supporters(tx, parties)


async def on_plan_silence_recorded(database: "Database", event: Event[pb.PlanSilenceRecorded]) -> None:
    """Ask the HRBP to witness it."""
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            await parties.tell_hrbps("plan_silence_to_witness", _slot(event), parties.about_employee())


async def on_plan_refused(database: "Database", event: Event[pb.PlanRefused]) -> None:
    """Tell the manager, and the HRBP where there is something to decide."""
    said = event.message
    decide_by = from_optional_timestamp(said.decide_by)
    async with database.reaction(event) as tx:
        parties = await _follow(tx, event)
        if parties is None:
            return
        if decide_by is None:
            await parties.tell_manager("plan_change_refused", str(said.revision), parties.about_employee())
            return
        values = parties.about_employee(moments={"due_at": decide_by})
        await parties.tell_manager("plan_refused", str(said.revision), values)
        await parties.tell_hrbps("plan_decision_needed", str(said.revision), values, deadline=decide_by)


async def on_plan_issued(database: "Database", event: Event[pb.PlanIssued]) -> None:
    """Tell both that it goes ahead, and everyone else whose help it counts on."""
    said = event.message
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            values = Values.of(days=_next_check_in(said.plan))
            await parties.tell_both("plan_issued", str(said.revision), values, but=said.decided_by)
            await _tell_supporters(tx, parties)


async def on_plan_withdrawn(database: "Database", event: Event[pb.PlanWithdrawn]) -> None:
    """Tell both, unless the case itself was called off and they heard that."""
    said = event.message
    async with database.reaction(event) as tx:
        parties = await _follow(tx, event)
        if parties and said.reason != facts.WITHDRAW_REASON_INTERVIEW_CANCELLED:
            await parties.tell_both("plan_withdrawn", "", Values(), but=said.decided_by)


async def on_plan_amendment_proposed(database: "Database", event: Event[pb.PlanAmendmentProposed]) -> None:
    """Ask the employee to acknowledge it."""
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            await parties.tell_employee("plan_amended", _slot(event), parties.about_manager())


async def on_plan_amended(database: "Database", event: Event[pb.PlanAmended]) -> None:
    """Tell everyone else whose help the plan now counts on."""
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            await _tell_supporters(tx, parties)


async def on_plan_reviewed(database: "Database", event: Event[pb.PlanReviewed]) -> None:
    """Tell the employee."""
    said = event.message
    async with database.reaction(event) as tx:
        parties = await _follow(tx, event)
        if parties and said.reviewed_by != said.plan.employee_id:
            await parties.tell_employee("review_recorded", said.review_id, parties.about_manager())


async def on_plan_closed(database: "Database", event: Event[pb.PlanClosed]) -> None:
    """Tell both that it has come to its end."""
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            await parties.tell_counterparts("plan_closed", "")


async def on_plan_follow_up_lapsed(database: "Database", event: Event[pb.PlanFollowUpLapsed]) -> None:
    """Tell the HRBP that nobody follows up."""
    count = event.message.plan.missed_check_ins_in_a_row
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            values = parties.about_employee(texts={"count": count})
            await parties.tell_hrbps("check_ins_missed_in_a_row", _slot(event), values)


async def on_plan_outcome_overdue(database: "Database", event: Event[pb.PlanOutcomeOverdue]) -> None:
    """Tell the HRBP that the plan ended without an outcome."""
    ends_on = event.message.plan.ends_on
    async with database.reaction(event) as tx:
        if parties := await _follow(tx, event):
            await parties.tell_hrbps("outcome_overdue", ends_on, parties.about_employee(days={"due_at": ends_on}))


async def on_plan_changed(database: "Database", event: Event[Any]) -> None:
    """Keep what is known of the plan; nobody needs to be told."""
    async with database.reaction(event) as tx:
        await _follow(tx, event)


async def _follow(tx: Transaction, event: Event[Any]) -> Parties | None:
    row = await copy_plan(tx, event, event.message.plan)
    if row is None:
        return None
    await plan_measures(tx, row)
    return Parties(tx, row, "plan", row.id, row.interview_id)


async def _tell_supporters(tx: Transaction, parties: Parties) -> None:
    assert isinstance(parties.row, PlanRow)
    for measure_id, measure in supporters_measures(parties.row).items():
        values = parties.about_employee(days={"due_at": measure["due_on"]})
        await parties.tell_owner("measure_assigned", UUID(measure["owner"]), measure_id, values)


def _offered(plan: facts.PlanFacts) -> Guard:
    return Guard(plan_id=plan.plan_id, plan_revision=plan.revision, plan_revision_state="offered")


def _next_check_in(plan: facts.PlanFacts) -> dict[str, str]:
    return {"next_check_in_at": plan.next_check_in_on}


def _slot(event: Event[Any]) -> str:
    return f"{event.epoch}.{event.sequence}"
