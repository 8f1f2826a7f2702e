"""Every resource of the API, one line each; the order is that of the documentation."""

from fastapi import APIRouter

from gateway.routes.bookings import bookings, slots
from gateway.routes.calendars import busy_times, calendars, peaks
from gateway.routes.events import events
from gateway.routes.files import files
from gateway.routes.grants import grants, machine_clients
from gateway.routes.me import me
from gateway.routes.operations import operations
from gateway.routes.people import people
from gateway.routes.steps import steps
from gateway.routes.tenant import demo, job_families, tenant
from gateway.routes.units import units

RESOURCES: tuple[APIRouter, ...] = (
    me,
    tenant,
    job_families,
    people,
    units,
    grants,
    machine_clients,
    calendars,
    peaks,
    busy_times,
    slots,
    bookings,
    steps,
    files,
    operations,
    events,
    demo,
)
