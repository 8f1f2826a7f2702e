"""The directory's composition root."""

from common.service import Parts, Service, Wiring

from directory.api.servicer import DirectoryServicer
from directory.deadlines import DEADLINES
from directory.jobs.advance_clock import AdvanceClock
from directory.storage.snapshots import SNAPSHOTS


def wire(parts: Parts) -> Wiring:
    """Put the directory together."""
    return Wiring(
        DirectoryServicer(parts.database, parts.page_tokens).add_to,
        deadlines=DEADLINES,
        jobs={"advance_clock": AdvanceClock(parts.nats)},
        snapshots=SNAPSHOTS,
    )


if __name__ == "__main__":
    Service("directory", "directory", wire).cli()
