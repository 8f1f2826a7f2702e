"""The events that facts and cycles stand on."""

from common.events import Reaction, reaction
from tandem.directory.v1 import events_pb2 as directory
from tandem.plan_tracking.v1 import events_pb2 as plan

from interview_record.reactions.on_person_changed import on_person_changed
from interview_record.reactions.on_plan_snapshot import on_plan_snapshot
from interview_record.reactions.on_tenant_created import on_tenant_created
from interview_record.reactions.on_unit_changed import on_unit_changed

FACTS: list[Reaction] = [
    reaction(directory.TenantCreated, on_tenant_created),
    reaction(directory.TenantSnapshot, on_tenant_created),
    reaction(directory.UnitChanged, on_unit_changed),
    reaction(directory.UnitSnapshot, on_unit_changed),
    reaction(directory.PersonChanged, on_person_changed),
    reaction(directory.PersonSnapshot, on_person_changed),
    reaction(plan.PlanSnapshot, on_plan_snapshot),
]
