"""What live updates say."""

from uuid import UUID

from gateway.schemas.model import Output


class MessageBox(Output):
    """The caller's messages."""

    unread: int


class InterviewChanged(Output):
    """An interview, or its session, is not as it was."""

    id: UUID
