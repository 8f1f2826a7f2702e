"""The gRPC edge of plan-tracking."""
