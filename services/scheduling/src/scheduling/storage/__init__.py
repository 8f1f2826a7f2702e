"""Tables and queries of the schema `scheduling`."""
