"""Playbooks, KPI facts, shortfalls, cycles and the interview itself."""
