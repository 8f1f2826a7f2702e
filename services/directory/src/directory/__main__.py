"""The directory's composition root."""

from common.blobs import Blobs
from common.service import Parts, Service, Wiring

from directory.api.servicer import DirectoryServicer
from directory.deadlines import DEADLINES
from directory.jobs.advance_clock import AdvanceClock
from directory.jobs.import_people import ImportPeople
from directory.snapshots import SNAPSHOTS


def wire(parts: Parts) -> Wiring:
    """Put the directory together."""
    blobs = Blobs.open(parts.settings.blobs)
    return Wiring(
        DirectoryServicer(parts.database, parts.page_tokens, blobs).add_to,
        deadlines=DEADLINES,
        jobs={
            "advance_clock": AdvanceClock(parts.nats),
            "import_people": ImportPeople(blobs, parts.master_keys),
        },
        snapshots=SNAPSHOTS,
    )


if __name__ == "__main__":
    Service("directory", "directory", wire).cli()
