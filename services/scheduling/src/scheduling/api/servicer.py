"""Scheduling's servicer: one class per noun, served together."""

import grpc.aio
from common.database import Database
from common.pagination import PageTokens
from tandem.scheduling.v1 import scheduling_service_pb2_grpc as rpc

from scheduling.api.booking_rpcs import BookingRpcs
from scheduling.api.calendar_rpcs import CalendarRpcs
from scheduling.api.peak_rpcs import PeakRpcs
from scheduling.api.slot_rpcs import SlotRpcs


class SchedulingServicer(CalendarRpcs, PeakRpcs, SlotRpcs, BookingRpcs, rpc.SchedulingServiceServicer):
    """Serves SchedulingService."""

    def __init__(self, database: Database, page_tokens: PageTokens) -> None:
        self.database = database
        self.page_tokens = page_tokens

    def add_to(self, server: grpc.aio.Server) -> None:
        """Register with the server."""
        rpc.add_SchedulingServiceServicer_to_server(self, server)
