"""Receives the stack's traces and metrics by OTLP, keeps the newest in memory, and shows them."""
