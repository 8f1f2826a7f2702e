"""Improvement plans, signatures, check-ins, blockers and reviews."""
