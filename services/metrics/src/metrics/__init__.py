"""The compliance ledger and every measured percentage."""
