"""Rules of calendars, slots, notice and bookings; no framework."""
