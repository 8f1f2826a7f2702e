"""plan-tracking's servicer: one class per group of RPCs, served together."""

import grpc.aio
from common.database import Database
from common.pagination import PageTokens
from common.sealed import MasterKeys
from tandem.plan_tracking.v1 import plan_tracking_service_pb2_grpc as rpc

from plan_tracking.api.blocker_rpcs import BlockerRpcs
from plan_tracking.api.draft_rpcs import DraftRpcs
from plan_tracking.api.follow_up_rpcs import FollowUpRpcs
from plan_tracking.api.plan_rpcs import PlanRpcs
from plan_tracking.api.signing_rpcs import SigningRpcs
from plan_tracking.api.template_rpcs import TemplateRpcs


class PlanTrackingServicer(
    DraftRpcs, PlanRpcs, SigningRpcs, FollowUpRpcs, BlockerRpcs, TemplateRpcs, rpc.PlanTrackingServiceServicer
):
    """Serves PlanTrackingService."""

    def __init__(self, database: Database, page_tokens: PageTokens, master_keys: MasterKeys) -> None:
        self.database = database
        self.page_tokens = page_tokens
        self.master_keys = master_keys

    def add_to(self, server: grpc.aio.Server) -> None:
        """Register with the server."""
        rpc.add_PlanTrackingServiceServicer_to_server(self, server)
