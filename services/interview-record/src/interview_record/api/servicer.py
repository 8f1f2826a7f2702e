"""The whole of InterviewRecordService, put together from its parts."""

import grpc.aio
from tandem.interview_record.v1 import interview_record_service_pb2_grpc as rpc

from interview_record.api.content_methods import ContentMethods
from interview_record.api.cycle_methods import CycleMethods
from interview_record.api.facts_methods import FactsMethods
from interview_record.api.import_methods import ImportMethods
from interview_record.api.playbook_methods import PlaybookMethods
from interview_record.api.preparation_methods import PreparationMethods
from interview_record.api.record_methods import RecordMethods
from interview_record.api.session_methods import SessionMethods
from interview_record.api.shortfall_methods import ShortfallMethods
from interview_record.api.voice_methods import VoiceMethods


class InterviewRecordServicer(
    PlaybookMethods,
    FactsMethods,
    ImportMethods,
    ShortfallMethods,
    CycleMethods,
    PreparationMethods,
    VoiceMethods,
    SessionMethods,
    RecordMethods,
    ContentMethods,
    rpc.InterviewRecordServiceServicer,
):
    """Facts before the interview, the interview, and what remains of it."""

    def add_to(self, server: grpc.aio.Server) -> None:
        """Register with the server."""
        rpc.add_InterviewRecordServiceServicer_to_server(self, server)
