"""The built-in kinds that content is written for; a tenant's own kinds fall back to `regular` or `any`."""

SEGMENTS = ("icebreaker", "review", "consensus", "confirmation")
EMPLOYEE_TYPES = ("needs_improvement", "high_potential", "new_hire", "role_change", "regular")
SHORTFALL_TYPES = ("skill", "attitude", "resource", "collaboration")
TURNS = ("silence", "tears", "anger", "not_my_fault", "facts_disputed")
