"""The servicer of metrics: one class per subject, served together."""

import grpc.aio
from common.database import Database
from common.pagination import PageTokens
from tandem.metrics.v1 import metrics_service_pb2_grpc as rpc

from metrics.api.compliance_rpcs import ComplianceRpcs
from metrics.api.ledger_rpcs import LedgerRpcs
from metrics.api.outcome_rpcs import OutcomeRpcs
from metrics.api.target_rpcs import TargetRpcs


class MetricsServicer(LedgerRpcs, ComplianceRpcs, OutcomeRpcs, TargetRpcs, rpc.MetricsServiceServicer):
    """Serves MetricsService."""

    def __init__(self, database: Database, page_tokens: PageTokens) -> None:
        self.database = database
        self.page_tokens = page_tokens

    def add_to(self, server: grpc.aio.Server) -> None:
        """Register with the server."""
        rpc.add_MetricsServiceServicer_to_server(self, server)
