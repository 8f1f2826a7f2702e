"""Tables and queries of the schema `plan_tracking`."""
