"""Who is told what: messages, invitations, reminders, and whether they reached their reader.

Owns message templates, preferences, messages, deliveries. Publishes message.sent. Consumes what directory,
scheduling, interview-record and plan-tracking publish.
"""
