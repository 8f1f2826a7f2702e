"""plan-tracking's composition root."""

from common.service import Parts, Service, Wiring

from plan_tracking.api.servicer import PlanTrackingServicer
from plan_tracking.deadlines import DEADLINES
from plan_tracking.jobs import JOBS
from plan_tracking.reactions import REACTIONS
from plan_tracking.snapshots import SNAPSHOTS


def wire(parts: Parts) -> Wiring:
    """Put plan-tracking together."""
    servicer = PlanTrackingServicer(parts.database, parts.page_tokens, parts.master_keys)
    return Wiring(servicer.add_to, REACTIONS, DEADLINES, JOBS, SNAPSHOTS)


if __name__ == "__main__":
    Service("plan-tracking", "plan_tracking", wire).cli()
