"""Typed client of the REST API and the tandem command line."""
