"""Long work of scheduling."""

from common.operations import Work

from scheduling.jobs.recompute_dues import recompute_dues

JOBS: dict[str, Work] = {"recompute_dues": recompute_dues}
