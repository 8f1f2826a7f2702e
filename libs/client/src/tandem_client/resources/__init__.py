"""One class per group of resources; each method is one request of the API."""
