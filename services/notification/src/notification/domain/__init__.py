"""The rules of telling people."""
