"""Mechanisms every Tandem service shares; no business word lives here."""
