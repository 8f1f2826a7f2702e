"""Improvement plans, signatures, check-ins, blockers and reviews.

Owns plan templates, plans, revisions, answers to requests, signatures, refusals, amendments, check-ins, reports,
blockers, reviews, and the ledger steps agreed, signed, checked_in, reviewed and taken_over.
Publishes plan.*, check_in.recorded, blocker.* and step.*.
Consumes directory (people, units), scheduling (calendars) and interview-record (interviews, KPI results).
"""
