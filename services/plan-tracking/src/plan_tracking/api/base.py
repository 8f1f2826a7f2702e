"""What every group of RPCs needs."""

from typing import Any
from uuid import UUID

import grpc.aio
from common.call import current_call
from common.database import Database
from common.pagination import PageTokens
from common.sealed import MasterKeys

from plan_tracking.acts import Signing
from plan_tracking.api.plan_mapping import plan_message
from plan_tracking.reading.plans import get_plan

Context = grpc.aio.ServicerContext[Any, Any]


class Rpcs:
    """The database, page tokens, and the keys that open a signer's name."""

    database: Database
    page_tokens: PageTokens
    master_keys: MasterKeys

    def signing(self) -> Signing:
        """Return what signing needs beside the case."""
        return Signing(self.master_keys, self.database.clock.system())

    async def plan(self, plan_id: UUID) -> Any:
        """Return the plan as it stands now, for the caller."""
        return plan_message(await get_plan(self.database, current_call(), plan_id))
