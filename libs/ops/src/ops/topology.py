"""Which services there are, who listens to whom and who may call whom."""

from dataclasses import dataclass

from common.streams import CONSUMES, partitions


@dataclass(frozen=True)
class ServiceSpec:
    """One service: its name, those it may call, and whether it keeps data."""

    name: str
    calls: tuple[str, ...] = ()
    has_database: bool = True

    @property
    def package(self) -> str:
        """Return the Python package, which is also the name of the database schema."""
        return self.name.replace("-", "_")

    @property
    def consumes(self) -> tuple[str, ...]:
        """Return the services whose events it consumes."""
        return CONSUMES.get(self.name, ())


SERVICES: tuple[ServiceSpec, ...] = (
    ServiceSpec("directory"),
    ServiceSpec("scheduling"),
    ServiceSpec("interview-record", calls=("directory", "plan-tracking")),
    ServiceSpec("plan-tracking"),
    ServiceSpec("notification", calls=("directory", "scheduling")),
    ServiceSpec("metrics"),
    ServiceSpec(
        "gateway",
        calls=("directory", "scheduling", "interview-record", "plan-tracking", "notification", "metrics"),
        has_database=False,
    ),
)

BY_NAME = {service.name: service for service in SERVICES}
STORED = tuple(service for service in SERVICES if service.has_database)
AUDIENCE = "urn:tandem:api"


def callers_of(service: str) -> tuple[str, ...]:
    """Return the services that may call this one; nobody else is let in."""
    return tuple(each.name for each in SERVICES if service in each.calls)


def durables(count: int = 1) -> list[tuple[str, str]]:
    """Return every (stream, durable): per consuming service and source one for each of `count` partitions."""
    return [
        (source, part.durable(service.name))
        for service in SERVICES
        for source in service.consumes
        for part in partitions(count)
    ]
