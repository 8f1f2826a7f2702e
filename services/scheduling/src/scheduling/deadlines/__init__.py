"""What scheduling does when a due row ripens."""

from common.due import Deadline

from scheduling.deadlines.answer_booking import answer_booking
from scheduling.deadlines.refresh_calendar import refresh_calendar

DEADLINES: dict[str, Deadline] = {"answer_booking": answer_booking, "refresh_calendar": refresh_calendar}
