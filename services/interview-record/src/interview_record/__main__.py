"""The composition root: settings, objects, run."""

from common.blobs import Blobs
from common.service import Parts, Service, Wiring

from interview_record.api.servicer import InterviewRecordServicer
from interview_record.deadlines import deadlines
from interview_record.facts_snapshots import FACTS_SNAPSHOTS
from interview_record.jobs import jobs
from interview_record.reactions import REACTIONS
from interview_record.snapshots import INTERVIEW_SNAPSHOTS


def wire(parts: Parts) -> Wiring:
    """Put the service together."""
    blobs = Blobs.open(parts.settings.blobs)
    servicer = InterviewRecordServicer(parts.database, parts.page_tokens, blobs)
    return Wiring(
        add_servicers=servicer.add_to,
        reactions=REACTIONS,
        deadlines=deadlines(parts.callees, blobs),
        jobs=jobs(blobs, parts.master_keys),
        snapshots={**FACTS_SNAPSHOTS, **INTERVIEW_SNAPSHOTS},
    )


if __name__ == "__main__":
    Service("interview-record", "interview_record", wire).cli()
