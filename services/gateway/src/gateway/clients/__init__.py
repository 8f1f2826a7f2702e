"""The services behind the gateway, as typed stubs bound to the call they are used for."""

from gateway.clients.bound import Send, bound
from gateway.clients.stubs import Stubs

__all__ = ["Send", "Stubs", "bound"]
