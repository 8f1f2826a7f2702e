"""The whole stack from packages: database, broker, identity provider, mail catcher, process runner."""
