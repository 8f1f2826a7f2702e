"""Scheduling's composition root."""

from common.service import Parts, Service, Wiring

from scheduling.api.servicer import SchedulingServicer
from scheduling.deadlines import DEADLINES
from scheduling.jobs import JOBS
from scheduling.reactions import REACTIONS
from scheduling.snapshots import SNAPSHOTS


def wire(parts: Parts) -> Wiring:
    """Put scheduling together."""
    return Wiring(
        SchedulingServicer(parts.database, parts.page_tokens).add_to,
        reactions=REACTIONS,
        deadlines=DEADLINES,
        jobs=JOBS,
        snapshots=SNAPSHOTS,
    )


if __name__ == "__main__":
    Service("scheduling", "scheduling", wire).cli()
