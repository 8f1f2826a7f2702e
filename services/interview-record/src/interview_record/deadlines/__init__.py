"""One file per kind of due row."""

from collections.abc import Mapping

from common.blobs import Blobs
from common.due import Deadline
from common.grpc_client import Callees

from interview_record.concluding import ARCHIVE
from interview_record.deadlines.archive_item import Archive
from interview_record.deadlines.delete_import_file import DeleteImportFile
from interview_record.deadlines.look_for_shortfalls import look_for_shortfalls
from interview_record.deadlines.miss_step import miss_step
from interview_record.detection import LOOK
from interview_record.row_import import DELETE_FILE


def deadlines(callees: Callees, blobs: Blobs) -> Mapping[str, Deadline]:
    """Return the handlers by kind; archiving asks other services and keeps files."""
    return {
        ARCHIVE: Archive(callees, blobs),
        "miss_step": miss_step,
        LOOK: look_for_shortfalls,
        DELETE_FILE: DeleteImportFile(blobs),
    }
