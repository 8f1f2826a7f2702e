"""RPCs about one's own box and preferences."""

from uuid import UUID

from common.call import current_call
from common.database import Database, Reader
from common.errors import Forbidden
from common.grpc_server import Context, once
from common.pagination import PageTokens
from common.timestamps import from_optional_timestamp
from tandem.notification.v1 import message_pb2 as pb
from tandem.notification.v1 import preferences_pb2

from notification.api import mapping
from notification.domain.preferences import Preferences
from notification.domain.quiet_hours import QuietHours
from notification.storage import messages
from notification.storage.copy_tables import PersonRow
from notification.storage.messages import POLICY
from notification.storage.tables import MessageRow
from notification.use_cases.mark_all_read import mark_all_read
from notification.use_cases.mark_message_read import mark_message_read
from notification.use_cases.update_preferences import update_preferences


class MessageRpcs:
    """Serves the message box."""

    database: Database
    page_tokens: PageTokens

    async def ListMessages(self, request: pb.ListMessagesRequest, context: Context) -> pb.ListMessagesResponse:
        """List the caller's box."""
        identity = current_call().identity
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="messages",
            filters={"unread": request.unread_only},
        )
        async with self.database.read(identity) as reader:
            rows, token = await messages.list_messages(reader, page, unread_only=request.unread_only)
            shown = [await self._shown(reader, row) for row in rows]
        return pb.ListMessagesResponse(messages=shown, next_page_token=token)

    async def GetMessage(self, request: pb.GetMessageRequest, context: Context) -> pb.GetMessageResponse:
        """Answer one message."""
        return pb.GetMessageResponse(message=await self._message(UUID(request.message_id)))

    async def CountUnread(self, request: pb.CountUnreadRequest, context: Context) -> pb.CountUnreadResponse:
        """Count what is unread."""
        async with self.database.read(current_call().identity) as reader:
            return pb.CountUnreadResponse(unread=await messages.count_unread(reader))

    async def MarkMessageRead(self, request: pb.MarkMessageReadRequest, context: Context) -> pb.MarkMessageReadResponse:
        """Mark one as read."""
        message_id = await once(mark_message_read(self.database, current_call(), UUID(request.message_id)))
        return pb.MarkMessageReadResponse(message=await self._message(message_id))

    async def MarkAllRead(self, request: pb.MarkAllReadRequest, context: Context) -> pb.MarkAllReadResponse:
        """Mark all as read."""
        await once(mark_all_read(self.database, current_call(), from_optional_timestamp(request.until)))
        async with self.database.read(current_call().identity) as reader:
            return pb.MarkAllReadResponse(unread=await messages.count_unread(reader))

    async def GetPreferences(
        self, request: preferences_pb2.GetPreferencesRequest, context: Context
    ) -> preferences_pb2.GetPreferencesResponse:
        """Answer the caller's preferences."""
        return preferences_pb2.GetPreferencesResponse(preferences=await self._preferences())

    async def UpdatePreferences(
        self, request: preferences_pb2.UpdatePreferencesRequest, context: Context
    ) -> preferences_pb2.UpdatePreferencesResponse:
        """Change the caller's preferences."""
        quiet = QuietHours(request.quiet_from_minute, request.quiet_until_minute)
        wish = Preferences(request.mail, frozenset(request.mail_muted_templates), quiet)
        await once(update_preferences(self.database, current_call(), wish, request.expected_version))
        return preferences_pb2.UpdatePreferencesResponse(preferences=await self._preferences())

    async def _message(self, message_id: UUID) -> pb.Message:
        async with self.database.read(current_call().identity) as reader:
            return await self._shown(reader, await messages.find_message(reader, message_id))

    async def _shown(self, reader: Reader, row: MessageRow) -> pb.Message:
        person = await reader.session.get(PersonRow, (reader.tenant_id, row.recipient_id))
        return mapping.message(row, reader.identity.locale, person.time_zone if person else "UTC")

    async def _preferences(self) -> preferences_pb2.Preferences:
        identity = current_call().identity
        POLICY.require(identity, "preferences.read")
        if identity.person_id is None:
            raise Forbidden(action="preferences.read")
        async with self.database.read(identity) as reader:
            row = await messages.preference_row(reader, identity.person_id)
        return mapping.preferences(str(identity.person_id), row)
