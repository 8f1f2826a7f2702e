"""Which services there are, who listens to whom and who may call whom."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceSpec:
    """One service: its name, the services whose events it consumes and those its workers may call."""

    name: str
    consumes: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    has_database: bool = True

    @property
    def package(self) -> str:
        """Return the Python package, which is also the name of the database schema."""
        return self.name.replace("-", "_")


SERVICES: tuple[ServiceSpec, ...] = (
    ServiceSpec("directory"),
    ServiceSpec("scheduling", consumes=("directory", "interview-record"), calls=("directory",)),
    ServiceSpec(
        "interview-record",
        consumes=("directory", "scheduling", "plan-tracking", "notification"),
        calls=("directory", "plan-tracking"),
    ),
    ServiceSpec("plan-tracking", consumes=("directory", "scheduling", "interview-record"), calls=("directory",)),
    ServiceSpec(
        "notification",
        consumes=("directory", "scheduling", "interview-record", "plan-tracking"),
        calls=("directory", "scheduling"),
    ),
    ServiceSpec(
        "metrics",
        consumes=("directory", "scheduling", "interview-record", "plan-tracking", "notification"),
        calls=("directory",),
    ),
    ServiceSpec(
        "gateway",
        calls=("directory", "scheduling", "interview-record", "plan-tracking", "notification", "metrics"),
        has_database=False,
    ),
)

BY_NAME = {service.name: service for service in SERVICES}
BY_PACKAGE = {service.package: service for service in SERVICES}
STORED = tuple(service for service in SERVICES if service.has_database)
AUDIENCE = "urn:tandem:api"


def durables() -> list[tuple[str, str]]:
    """Return every (stream, durable): one durable per consuming service and source, named after the consumer."""
    return [(source, service.name) for service in SERVICES for source in service.consumes]
