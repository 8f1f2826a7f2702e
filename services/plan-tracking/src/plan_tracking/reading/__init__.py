"""What one can see of plans: read models, filtered by policy, each read of a text by others on record."""
