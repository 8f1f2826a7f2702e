"""One file per verb: what people can do."""
