"""One file per kind of operation."""

from collections.abc import Mapping

from common.blobs import Blobs
from common.operations import Work

from interview_record.calendars import RECOMPUTE_DUES
from interview_record.jobs.recompute_dues import recompute_dues


def jobs(blobs: Blobs) -> Mapping[str, Work]:
    """Return the works by kind."""
    return {RECOMPUTE_DUES: recompute_dues}
