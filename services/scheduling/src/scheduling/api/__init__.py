"""gRPC edge of scheduling."""
