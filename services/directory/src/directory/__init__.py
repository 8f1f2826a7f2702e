"""Tenants, business units, people, manager lines and grants."""
