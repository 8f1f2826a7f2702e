"""Rows and queries of the directory."""
