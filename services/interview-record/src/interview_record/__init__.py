"""Playbooks, KPI facts, shortfalls, cycles and the interview itself.

Owns: playbooks, metrics, KPI results, incidents and highlights with their imports, shortfalls, cycles, interviews with
briefings, self-analyses, disputes, sessions, evaluations and the archive, and of the ledger the steps 1, 2, 4, 5, 6, 9
and 12.
Publishes: playbook, cycle, interview and step events, and results that a plan in force works on.
Consumes: directory (people, units, tenants), scheduling (calendars, bookings), plan-tracking (plans), notification
(archive receipts).
"""
