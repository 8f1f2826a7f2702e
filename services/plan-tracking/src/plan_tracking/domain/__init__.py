"""The rules of improvement plans, pure: no framework, no storage, no clock."""
