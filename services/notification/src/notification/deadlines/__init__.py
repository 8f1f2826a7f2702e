"""What falls due: reminders; mails have senders of their own."""

from collections.abc import Mapping

from common.due import Deadline

DEADLINES: Mapping[str, Deadline] = {}
