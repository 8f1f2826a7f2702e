"""The keys of the cluster's token issuer: where they come from, and how they change while calls go on."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from common.keyring import KeyRing
from common.workload import Workloads, workload_keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey

KEYS = {name: RSAKey.generate_key(2048) for name in ("one", "two")}


def jwks(*names: str) -> str:
    return json.dumps({"keys": [{**KEYS[name].as_dict(private=False), "kid": name} for name in names]})


class ApiServer:
    """Serves the key set by https to whoever shows the right bearer token, as a Kubernetes API server does."""

    def __init__(self, folder: Path) -> None:
        self.ca, self.token = folder / "ca.crt", folder / "token"
        self.accepted, self.served, self.asked = "first", jwks("one"), 0
        self._key = folder / "server.key"
        self.token.write_text("first\n")
        self.renew_certificate()

    def renew_certificate(self) -> None:
        """Make a self-signed certificate for 127.0.0.1; it is its own CA."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "api")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()),
                critical=False,
            )
            .sign(key, hashes.SHA256())
        )
        self.ca.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self._key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    async def start(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, self._key)
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0, ssl=context)
        self.url = f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/openid/v1/jwks"

    def stop(self) -> None:
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        request = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        allowed = f"authorization: bearer {self.accepted}\r\n" in request
        status, body = ("200 OK", self.served) if allowed else ("401 Unauthorized", "")
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[ApiServer]:
    server = ApiServer(tmp_path)
    await server.start()
    yield server
    server.stop()


def forget_cooldown(keys: KeyRing) -> None:
    keys._attempted_at = float("-inf")


async def test_keys_are_fetched_from_the_api_server_with_its_ca_and_the_pods_token(api: ApiServer) -> None:
    keys = workload_keys(api.url, api.ca, api.token)
    assert await keys.find("one") is not None
    assert await keys.find("one") is not None
    assert api.asked == 1


async def test_an_api_server_that_another_ca_signed_is_not_asked(api: ApiServer) -> None:
    # The server goes on with its first certificate; the CA file is now another's.
    api.renew_certificate()
    keys = workload_keys(api.url, api.ca, api.token)
    assert await keys.find("one") is None
    assert api.asked == 0


async def test_the_bearer_token_is_the_one_of_the_moment_and_the_last_keys_hold_while_it_is_refused(
    api: ApiServer,
) -> None:
    keys = workload_keys(api.url, api.ca, api.token)
    assert await keys.find("one") is not None
    api.accepted, api.served = "second", jwks("one", "two")
    forget_cooldown(keys)
    assert await keys.find("two") is None
    assert keys.known("one") is not None
    api.token.write_text("second")
    forget_cooldown(keys)
    assert await keys.find("two") is not None


async def test_made_up_key_ids_do_not_make_a_service_ask_without_end(api: ApiServer) -> None:
    keys = workload_keys(api.url, api.ca, api.token)
    for number in range(50):
        assert await keys.find(f"made-up-{number}") is None
    assert api.asked == 1


async def test_a_key_that_is_put_into_the_file_is_found_when_it_is_first_used(tmp_path: Path) -> None:
    file = tmp_path / "keys.jwks"
    file.write_text(jwks("one"))
    keys = workload_keys(str(file))
    assert await keys.find("one") is not None
    file.write_text(jwks("one", "two"))
    forget_cooldown(keys)
    assert await keys.find("two") is not None
    file.write_text("{")
    forget_cooldown(keys)
    assert await keys.find("three") is None
    assert keys.known("one") is not None


async def test_a_service_is_ready_once_it_can_check_tokens_and_stays_so(api: ApiServer) -> None:
    api.accepted = "nobody"
    keys = workload_keys(api.url, api.ca, api.token)
    directory = Workloads("directory", "https://cluster.example", {"gateway": "x"}, keys)
    assert await directory.ready() is False
    api.accepted = "first"
    forget_cooldown(keys)
    assert await directory.ready() is True
    api.stop()
    assert await directory.ready() is True


async def test_an_issuer_that_hangs_holds_up_no_call_with_a_known_key(api: ApiServer) -> None:
    hanging = asyncio.Event()

    async def fetch(_: str) -> bytes:
        await hanging.wait()
        return jwks("two").encode()

    now = 0.0
    keys = KeyRing("https://api", fetch, lambda: now, fresh=10, cooldown=0)
    hanging.set()
    assert await keys.find("two") is not None
    hanging.clear()
    now = 11.0
    async with asyncio.timeout(3):
        assert await keys.find("two") is not None
    hanging.set()
