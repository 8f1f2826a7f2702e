"""RPCs about peaks and busy times: when there is no time for interviews."""

from uuid import UUID

from common.call import current_call
from common.database import Database
from common.grpc_server import Context, once
from common.pagination import PageTokens
from common.timestamps import from_timestamp
from tandem.scheduling.v1 import busy_time_pb2, peak_pb2

from scheduling.api import mapping
from scheduling.domain.booking import Span
from scheduling.policy import POLICY, person_case
from scheduling.storage import lists
from scheduling.storage.people import person_of
from scheduling.use_cases.create_busy_time import create_busy_time
from scheduling.use_cases.create_peak import create_peak
from scheduling.use_cases.delete_busy_time import delete_busy_time
from scheduling.use_cases.delete_peak import delete_peak


class PeakRpcs:
    """Serves peaks and busy times."""

    database: Database
    page_tokens: PageTokens

    async def CreatePeak(self, request: peak_pb2.CreatePeakRequest, context: Context) -> peak_pb2.CreatePeakResponse:
        """Mark a business peak."""
        first, last = mapping.day("from_on", request.from_on), mapping.day("until_on", request.until_on)
        unit_id = UUID(request.unit_id)
        peak_id = await once(create_peak(self.database, current_call(), unit_id, first, last, request.label))
        async with self.database.read(current_call().identity) as reader:
            return peak_pb2.CreatePeakResponse(peak=mapping.peak(await lists.row_of_peak(reader, peak_id)))

    async def DeletePeak(self, request: peak_pb2.DeletePeakRequest, context: Context) -> peak_pb2.DeletePeakResponse:
        """Remove a peak."""
        await once(delete_peak(self.database, current_call(), UUID(request.peak_id), request.expected_version))
        return peak_pb2.DeletePeakResponse()

    async def ListPeaks(self, request: peak_pb2.ListPeaksRequest, context: Context) -> peak_pb2.ListPeaksResponse:
        """List peaks by beginning."""
        identity = current_call().identity
        POLICY.require(identity, "peak.read")
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="ListPeaks",
            filters={"unit": request.unit_id, "from": request.from_on, "until": request.until_on},
        )
        async with self.database.read(identity) as reader:
            rows, token = await lists.list_peaks(
                reader,
                page,
                mapping.id_or_none(request.unit_id),
                mapping.optional_day("from_on", request.from_on),
                mapping.optional_day("until_on", request.until_on),
            )
        return peak_pb2.ListPeaksResponse(peaks=map(mapping.peak, rows), next_page_token=token)

    async def CreateBusyTime(
        self, request: busy_time_pb2.CreateBusyTimeRequest, context: Context
    ) -> busy_time_pb2.CreateBusyTimeResponse:
        """Mark a commitment."""
        span = Span(from_timestamp(request.starts_at), from_timestamp(request.ends_at))
        busy_time_id = await once(create_busy_time(self.database, current_call(), UUID(request.person_id), span))
        async with self.database.read(current_call().identity) as reader:
            row = await lists.row_of_busy_time(reader, busy_time_id)
        return busy_time_pb2.CreateBusyTimeResponse(busy_time=mapping.busy_time(row))

    async def DeleteBusyTime(
        self, request: busy_time_pb2.DeleteBusyTimeRequest, context: Context
    ) -> busy_time_pb2.DeleteBusyTimeResponse:
        """Remove a commitment."""
        busy_time_id = UUID(request.busy_time_id)
        await once(delete_busy_time(self.database, current_call(), busy_time_id, request.expected_version))
        return busy_time_pb2.DeleteBusyTimeResponse()

    async def ListBusyTimes(
        self, request: busy_time_pb2.ListBusyTimesRequest, context: Context
    ) -> busy_time_pb2.ListBusyTimesResponse:
        """List a person's commitments."""
        identity, person_id = current_call().identity, UUID(request.person_id)
        since, until = mapping.moment(getattr(request, "from")), mapping.moment(request.until)
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="ListBusyTimes",
            filters={"person": person_id, "from": since, "until": until},
        )
        async with self.database.read(identity) as reader:
            person = await person_of(reader, person_id)
            POLICY.require(identity, "busy_time.read", person_case(person), id=person_id)
            rows, token = await lists.list_busy_times(reader, page, person_id, since, until)
        return busy_time_pb2.ListBusyTimesResponse(busy_times=map(mapping.busy_time, rows), next_page_token=token)
