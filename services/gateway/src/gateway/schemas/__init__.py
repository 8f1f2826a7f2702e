"""What the API takes and gives: snake_case JSON, ISO dates, people as `{id, name}`."""
