"""Typed client of the REST API and the tandem command line."""

from tandem_client.api import Api, Document
from tandem_client.client import TandemClient
from tandem_client.problems import FieldProblem, TandemProblem, Unreachable
from tandem_client.tokens import GivenToken, LoginFailed, TokenSource, client_credentials, development_login

__all__ = [
    "Api",
    "Document",
    "FieldProblem",
    "GivenToken",
    "LoginFailed",
    "TandemClient",
    "TandemProblem",
    "TokenSource",
    "Unreachable",
    "client_credentials",
    "development_login",
]
