"""The directory's long work."""
