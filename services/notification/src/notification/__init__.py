"""Messages, invitations and reminders."""
