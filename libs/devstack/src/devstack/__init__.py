"""The whole stack from packages, for `make run` and for the tests."""
