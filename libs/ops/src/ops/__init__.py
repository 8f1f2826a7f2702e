"""What an operator runs beside the services: prepare their servers, check their promises, back up and restore."""
