"""Long work of this service, by kind."""

from plan_tracking.jobs.reschedule_cases import reschedule_cases

JOBS = {"reschedule_cases": reschedule_cases}
