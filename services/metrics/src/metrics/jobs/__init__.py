"""What each kind of operation does."""

from common.operations import Work

from metrics.jobs.rebuild_aggregates import rebuild_aggregates

JOBS: dict[str, Work] = {"rebuild_aggregates": rebuild_aggregates}
