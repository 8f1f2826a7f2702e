"""Every resource of the API, one line each; the order is that of the documentation."""

from fastapi import APIRouter

from gateway.routes.archive_items import archive_items, interview_archive
from gateway.routes.blockers import blockers
from gateway.routes.bookings import bookings, slots
from gateway.routes.calendars import busy_times, calendars, peaks
from gateway.routes.check_ins import check_ins, owned_measures, reviews
from gateway.routes.cycles import cycles
from gateway.routes.disputes import disputes, interview_disputes
from gateway.routes.evaluations import evaluations, interview_evaluations
from gateway.routes.events import events
from gateway.routes.facts import facts, imports
from gateway.routes.files import files
from gateway.routes.grants import grants, machine_clients
from gateway.routes.guides import forms, guides, phrases
from gateway.routes.interview_sessions import interview_sessions
from gateway.routes.interviews import interviews
from gateway.routes.kpi_results import kpi_results, metrics
from gateway.routes.ledger import interview_ledger, ledger, open_steps
from gateway.routes.me import me
from gateway.routes.measures import attainment, compliance, coverage, lead_times, satisfaction, step_rates
from gateway.routes.messages import deliveries, message_templates, messages, preferences
from gateway.routes.operations import operations
from gateway.routes.people import colleagues, people
from gateway.routes.plan_drafts import plan_drafts
from gateway.routes.plan_signing import plan_signing
from gateway.routes.plan_templates import fitting_templates, plan_templates
from gateway.routes.plans import plans
from gateway.routes.playbooks import playbooks
from gateway.routes.preparation import preparation
from gateway.routes.revisions import amendments, revisions
from gateway.routes.self_analyses import self_analyses
from gateway.routes.shortfalls import shortfalls
from gateway.routes.steps import steps
from gateway.routes.targets import aggregates, targets
from gateway.routes.tenant import demo, job_families, tenant
from gateway.routes.units import units

RESOURCES: tuple[APIRouter, ...] = (
    me,
    tenant,
    job_families,
    people,
    colleagues,
    units,
    grants,
    machine_clients,
    metrics,
    kpi_results,
    facts,
    imports,
    shortfalls,
    playbooks,
    cycles,
    calendars,
    peaks,
    busy_times,
    interviews,
    preparation,
    self_analyses,
    interview_disputes,
    disputes,
    interview_sessions,
    interview_evaluations,
    evaluations,
    interview_archive,
    archive_items,
    guides,
    phrases,
    forms,
    slots,
    bookings,
    plan_templates,
    fitting_templates,
    plans,
    plan_drafts,
    plan_signing,
    revisions,
    amendments,
    check_ins,
    reviews,
    owned_measures,
    blockers,
    steps,
    ledger,
    interview_ledger,
    open_steps,
    coverage,
    compliance,
    step_rates,
    satisfaction,
    attainment,
    lead_times,
    targets,
    aggregates,
    messages,
    preferences,
    deliveries,
    message_templates,
    files,
    operations,
    events,
    demo,
)
