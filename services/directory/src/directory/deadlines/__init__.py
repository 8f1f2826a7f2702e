"""What the directory does when a day comes."""

from common.due import Deadline

from directory.deadlines.leaving import leaving
from directory.deadlines.manager_change import manager_change

DEADLINES: dict[str, Deadline] = {"leaving": leaving, "manager_change": manager_change}
