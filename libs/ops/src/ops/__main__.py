"""`python -m ops`: the same as `tandem-ops`, as images run it."""

from ops.cli import main

main()
