"""Tables and queries of the schema `interview_record`."""
