"""Every resource of the API, one line each; the order is that of the documentation."""

from fastapi import APIRouter

from gateway.routes.me import me
from gateway.routes.operations import operations
from gateway.routes.people import people
from gateway.routes.steps import steps
from gateway.routes.units import units

RESOURCES: tuple[APIRouter, ...] = (
    me,
    people,
    units,
    steps,
    operations,
)
