"""One file per kind of operation."""

from collections.abc import Mapping

from common.blobs import Blobs
from common.operations import Work
from common.sealed import MasterKeys

from interview_record.calendars import RECOMPUTE_DUES
from interview_record.jobs.cancel_cycle_interviews import cancel_cycle_interviews
from interview_record.jobs.find_shortfalls import find_shortfalls
from interview_record.jobs.import_facts import IMPORT_FACTS, import_facts
from interview_record.jobs.import_kpis import IMPORT_KPIS, import_kpis
from interview_record.jobs.launch_cycle import launch_cycle
from interview_record.jobs.recompute_dues import recompute_dues
from interview_record.jobs.undo_import import UNDO_IMPORT, undo_import
from interview_record.use_cases.cancel_cycle import CANCEL_INTERVIEWS
from interview_record.use_cases.find_shortfalls import FIND_SHORTFALLS
from interview_record.use_cases.launch_cycle import LAUNCH_CYCLE


def jobs(blobs: Blobs, master_keys: MasterKeys) -> Mapping[str, Work]:
    """Return the works by kind; imports read files and open them with the tenant's key."""
    return {
        RECOMPUTE_DUES: recompute_dues,
        IMPORT_KPIS: import_kpis(blobs, master_keys),
        IMPORT_FACTS: import_facts(blobs, master_keys),
        UNDO_IMPORT: undo_import,
        FIND_SHORTFALLS: find_shortfalls,
        LAUNCH_CYCLE: launch_cycle,
        CANCEL_INTERVIEWS: cancel_cycle_interviews,
    }
