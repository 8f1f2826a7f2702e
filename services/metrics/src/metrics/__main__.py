"""The composition root of metrics."""

from common.service import Parts, Service, Wiring

from metrics.api.servicer import MetricsServicer
from metrics.jobs import JOBS
from metrics.reactions import REACTIONS


def wire(parts: Parts) -> Wiring:
    """Put metrics together."""
    return Wiring(MetricsServicer(parts.database, parts.page_tokens).add_to, reactions=REACTIONS, jobs=JOBS)


if __name__ == "__main__":
    Service("metrics", "metrics", wire).cli()
