"""Shortfalls: looked for, decided, listed with their sums."""

from uuid import UUID

from common.call import Call, current_call
from common.errors import NotFound
from common.grpc_server import once
from common.transaction import Transaction
from tandem.interview_record.v1 import shortfall_pb2 as pb

from interview_record.api.facts_mapping import optional_day, read_period, shortfall_message
from interview_record.api.interview_mapping import optional_id, word
from interview_record.api.methods import Context, Methods
from interview_record.facts_policy import person_case, person_columns
from interview_record.policy import POLICY
from interview_record.reading import reading
from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.facts_lists import Whose, shortfalls
from interview_record.storage.facts_queries import person_of
from interview_record.storage.facts_tables import ShortfallRow
from interview_record.storage.texts import open_text
from interview_record.use_cases.accept_shortfall import accept_shortfall
from interview_record.use_cases.dismiss_shortfall import dismiss_shortfall
from interview_record.use_cases.find_shortfalls import find_shortfalls


class ShortfallMethods(Methods):
    """Where a KPI is short, and what was made of it."""

    async def FindShortfalls(self, request: pb.FindShortfallsRequest, context: Context) -> pb.FindShortfallsResponse:
        """Look for shortfalls in a population and period."""
        operation_id = await once(
            find_shortfalls(
                self._database,
                current_call(),
                under_unit_id=optional_id(request.under_unit_id),
                person_ids=[UUID(each) for each in request.person_ids],
                period=read_period(request.period_from, request.period_until),
                playbook_id=UUID(request.playbook_id),
            )
        )
        return pb.FindShortfallsResponse(operation_id=str(operation_id))

    async def GetShortfall(self, request: pb.GetShortfallRequest, context: Context) -> pb.GetShortfallResponse:
        """Answer a shortfall with its sum."""
        return pb.GetShortfallResponse(shortfall=await self._shortfall(current_call(), UUID(request.shortfall_id)))

    async def ListShortfalls(self, request: pb.ListShortfallsRequest, context: Context) -> pb.ListShortfallsResponse:
        """List shortfalls, largest first; gone ones only when asked for."""
        call = current_call()
        whose = Whose(
            optional_id(request.person_id), optional_id(request.under_unit_id), optional_id(request.manager_id)
        )
        filters = {
            "state": word(pb.ShortfallState, "SHORTFALL_STATE", request.state),
            "confidence": word(pb.Confidence, "CONFIDENCE", request.confidence),
            "metric_code": request.metric_code,
            "met_test": word(pb.ShortfallTest, "SHORTFALL_TEST", request.met_test),
            "period_from": optional_day(request.period_from, "period_from"),
            "period_until": optional_day(request.period_until, "period_until"),
        }
        page = self._page(request, call.identity, "shortfalls", {**filters, "whose": whose})
        visible = POLICY.predicate(call.identity, "shortfall.read", person_columns())
        statement = page.apply(
            shortfalls(call.identity.tenant_id, visible, whose, **filters),  # type: ignore[arg-type]
            ShortfallRow.size_percent,
            ShortfallRow.id,
            descending=True,
        )
        async with reading(self._database, call) as tx:
            found = (await tx.session.execute(statement)).all()
            rows, token = page.close(found, lambda row: (row[0].size_percent, row[0].id))
            messages = [await _seen(tx, row, person) for row, person in rows]
        return pb.ListShortfallsResponse(shortfalls=messages, next_page_token=token)

    async def AcceptShortfall(self, request: pb.AcceptShortfallRequest, context: Context) -> pb.AcceptShortfallResponse:
        """Accept a shortfall and say its type."""
        call = current_call()
        shortfall_id = await once(
            accept_shortfall(
                self._database,
                call,
                UUID(request.shortfall_id),
                shortfall_type=request.shortfall_type,
                expected_version=request.expected_version,
            )
        )
        return pb.AcceptShortfallResponse(shortfall=await self._shortfall(call, shortfall_id))

    async def DismissShortfall(
        self, request: pb.DismissShortfallRequest, context: Context
    ) -> pb.DismissShortfallResponse:
        """Dismiss a shortfall with a reason."""
        call = current_call()
        shortfall_id = await once(
            dismiss_shortfall(
                self._database,
                call,
                UUID(request.shortfall_id),
                reason=request.reason,
                expected_version=request.expected_version,
            )
        )
        return pb.DismissShortfallResponse(shortfall=await self._shortfall(call, shortfall_id))

    async def _shortfall(self, call: Call, shortfall_id: UUID) -> pb.Shortfall:
        async with reading(self._database, call) as tx:
            row = await tx.session.get(ShortfallRow, (tx.tenant_id, shortfall_id))
            if row is None:
                raise NotFound(resource="shortfall", id=shortfall_id)
            person = await person_of(tx.session, tx.tenant_id, row.person_id)
            POLICY.require(call.identity, "shortfall.read", person_case(person), id=shortfall_id)
            return await _seen(tx, row, person)


async def _seen(tx: Transaction, row: ShortfallRow, person: PersonRow) -> pb.Shortfall:
    """Return the shortfall; the reason of a dismissal for who reads texts, audited where it is not the person."""
    if row.dismissal_reason is None:
        return shortfall_message(row, "")
    if "texts" not in POLICY.visible_fields(tx.identity, "shortfall.read", person_case(person)):
        return shortfall_message(row, "")
    if tx.identity.person_id != person.id:
        tx.audit("shortfall.read", "shortfall", row.id, reader_id=tx.identity.person_id, person_id=person.id)
    sealed = row.dismissal_reason
    reason = await open_text(tx, "shortfall", "dismissal_reason", row.id, row.person_id, sealed)
    return shortfall_message(row, reason)
