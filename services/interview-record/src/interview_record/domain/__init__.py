"""Pure rules of the interview and of the facts it stands on; no framework."""
