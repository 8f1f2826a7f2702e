"""Work calendars, slots and bookings."""
