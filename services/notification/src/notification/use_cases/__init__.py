"""What notification may do."""
