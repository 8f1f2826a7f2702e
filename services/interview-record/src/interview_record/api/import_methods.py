"""Files of facts: imported, undone, listed."""

from typing import Any
from uuid import UUID

from common.call import current_call
from common.errors import NotFound
from common.grpc_server import once
from google.protobuf.json_format import MessageToDict
from sqlalchemy import select
from tandem.interview_record.v1 import fact_import_pb2 as pb

from interview_record.api.facts_mapping import import_message, read_period
from interview_record.api.interview_mapping import word
from interview_record.api.methods import Context, Methods
from interview_record.domain.facts_file import ALIASES as FACT_FIELDS
from interview_record.domain.kpi_file import FIELDS as KPI_FIELDS
from interview_record.policy import POLICY
from interview_record.storage.facts_tables import ImportRow
from interview_record.use_cases.start_import import start_import
from interview_record.use_cases.start_import_undo import start_import_undo


class ImportMethods(Methods):
    """Imports of KPI results and of incidents and highlights."""

    async def ImportKpis(self, request: pb.ImportKpisRequest, context: Context) -> pb.ImportKpisResponse:
        """Read KPI results from a file."""
        if request.period_from or request.period_until:
            read_period(request.period_from, request.period_until)
        operation_id = await once(
            start_import(self._database, current_call(), self._blobs, "import_kpis", _params(request), KPI_FIELDS)
        )
        return pb.ImportKpisResponse(operation_id=str(operation_id))

    async def ImportFacts(self, request: pb.ImportFactsRequest, context: Context) -> pb.ImportFactsResponse:
        """Read incidents and highlights from a file."""
        operation_id = await once(
            start_import(self._database, current_call(), self._blobs, "import_facts", _params(request), FACT_FIELDS)
        )
        return pb.ImportFactsResponse(operation_id=str(operation_id))

    async def UndoImport(self, request: pb.UndoImportRequest, context: Context) -> pb.UndoImportResponse:
        """Supersede everything that an import brought."""
        operation_id = await once(
            start_import_undo(self._database, current_call(), UUID(request.import_id), request.expected_version)
        )
        return pb.UndoImportResponse(operation_id=str(operation_id))

    async def GetImport(self, request: pb.GetImportRequest, context: Context) -> pb.GetImportResponse:
        """Answer one import."""
        identity, import_id = current_call().identity, UUID(request.import_id)
        POLICY.require(identity, "import.read")
        async with self._database.read(identity) as reader:
            row = await reader.session.get(ImportRow, (reader.tenant_id, import_id))
        if row is None:
            raise NotFound(resource="import", id=import_id)
        return pb.GetImportResponse(**{"import": import_message(row)})

    async def ListImports(self, request: pb.ListImportsRequest, context: Context) -> pb.ListImportsResponse:
        """List imports, newest first."""
        identity = current_call().identity
        POLICY.require(identity, "import.read")
        kind = word(pb.ImportKind, "IMPORT_KIND", request.kind)
        page = self._page(request, identity, "imports", {"kind": kind})
        statement = select(ImportRow).where(ImportRow.tenant_id == identity.tenant_id)
        if kind:
            statement = statement.where(ImportRow.kind == kind)
        statement = page.apply(statement, ImportRow.imported_at, ImportRow.id, descending=True)
        async with self._database.read(identity) as reader:
            found = (await reader.session.scalars(statement)).all()
        rows, token = page.close(found, lambda row: (row.imported_at, row.id))
        return pb.ListImportsResponse(imports=[import_message(row) for row in rows], next_page_token=token)


def _params(request: pb.ImportKpisRequest | pb.ImportFactsRequest) -> dict[str, Any]:
    return MessageToDict(request, preserving_proto_field_name=True)
