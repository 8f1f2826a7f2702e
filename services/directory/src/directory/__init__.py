"""Who is who: tenants, issuers, business units, people, manager lines and grants.

Owns every name and address; publishes tenant, unit, person and grant events with ids, dates and codes only;
consumes nothing.
"""
