"""The gRPC edge: thin servicers and pure mapping."""
