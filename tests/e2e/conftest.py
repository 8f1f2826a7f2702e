"""End-to-end tests speak to a whole stack, started once, through its public addresses alone."""

import pytest
from devstack.testing import StackUnderTest


@pytest.fixture(scope="session")
def gateway_url(stack: StackUnderTest) -> str:
    """Return where the public REST API answers."""
    return stack.url
