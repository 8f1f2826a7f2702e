"""When people meet.

Owns work calendars, peaks, busy times, slots and bookings, and the ledger's step of booking. Publishes calendar.*,
booking.* and the events of that step. Listens to directory (tenants, units, people) and interview-record (interviews).
"""
