"""One file per consumed event."""

from collections.abc import Sequence

from tandem.directory.v1 import events_pb2 as directory

from common.events import Reaction, reaction
from interview_record.reactions.on_person_changed import on_person_changed
from interview_record.reactions.on_person_left import on_person_left
from interview_record.reactions.on_person_manager_changed import on_person_manager_changed
from interview_record.reactions.on_tenant_created import on_tenant_created
from interview_record.reactions.on_unit_changed import on_unit_changed

REACTIONS: Sequence[Reaction] = [
    reaction(directory.TenantCreated, on_tenant_created),
    reaction(directory.TenantSnapshot, on_tenant_created),
    reaction(directory.UnitChanged, on_unit_changed),
    reaction(directory.UnitSnapshot, on_unit_changed),
    reaction(directory.PersonChanged, on_person_changed),
    reaction(directory.PersonSnapshot, on_person_changed),
    reaction(directory.PersonManagerChanged, on_person_manager_changed),
    reaction(directory.PersonLeft, on_person_left),
]
