"""Sealing of texts about people: envelope encryption whose keys can be destroyed one person at a time.

    master key (a file, or a KMS)  --HKDF/HMAC-->  tenant key  --wraps-->  person's data key  --seals-->  text

A sealed text is `version | key id | nonce | ciphertext and tag`, bound to its place by the additional
data `tenant|table|column|row`, so that it opens nowhere else. Everything here is pure and synchronous;
`common.keys` keeps the wrapped keys in the table `seal_key`.
"""

import base64
import hmac
import json
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from common.errors import AppError, Kind
from common.watched import Watched

KEY_BYTES = 32
NONCE_BYTES = 12
ID_BYTES = 8
_VERSION = b"\x01"
_CACHE_LIMIT = 4096


class SealBroken(AppError):
    """A sealed value was altered, moved from its place, or sealed with another key."""

    kind = Kind.PRECONDITION
    reason = "SEAL_BROKEN"
    en = "A protected text cannot be opened: it was altered or moved."
    zh = "受保护的内容无法打开：它已被篡改或移动。"


class KeyDestroyed(AppError):
    """The person's key was destroyed; what it sealed is gone for good."""

    kind = Kind.PRECONDITION
    reason = "KEY_DESTROYED"
    en = "This text was erased and cannot be shown."
    zh = "该内容已被删除，无法显示。"


class DerivesTenantKeys(Protocol):
    """Holds the master keys: a file in development, a KMS by an adapter (a keyed MAC over the tenant's id)."""

    @property
    def current(self) -> str:
        """Return the id of the master key for what is sealed from now on."""

    @property
    def kids(self) -> Collection[str]:
        """Return the ids of all master keys still in use, older ones included."""

    def derive(self, kid: str, tenant_id: UUID) -> bytes:
        """Return the tenant's 32-byte key under master key `kid`; raise KeyError if there is none."""


@dataclass(frozen=True)
class KeyFile:
    """Master keys from a JSON file, `{"current": kid, "keys": {kid: base64 of 32 bytes}}`."""

    current: str
    keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "KeyFile":
        """Read the file's text; raise ValueError for a key that is not 32 bytes or a current one that is absent."""
        content = json.loads(text)
        keys = {kid: base64.b64decode(key, validate=True) for kid, key in content["keys"].items()}
        if content["current"] not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError("the master key file needs its current key, and keys of 32 bytes")
        return cls(content["current"], keys)

    @property
    def kids(self) -> Collection[str]:
        """Return the ids of all keys in the file."""
        return self.keys.keys()

    @staticmethod
    def create(path: Path, kid: str = "1") -> None:
        """Write a new file with one random key, readable by its owner only."""
        content = {"current": kid, "keys": {kid: base64.b64encode(os.urandom(KEY_BYTES)).decode()}}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(content, file)

    def derive(self, kid: str, tenant_id: UUID) -> bytes:
        """Return the tenant's key: HKDF-SHA256 of the master key with the tenant's id."""
        return derive_key(self.keys[kid], b"tandem tenant", tenant_id.bytes)


class WatchedKeyFile:
    """The master keys that a file holds at each moment; see KeyFile."""

    def __init__(self, path: Path) -> None:
        self._file = Watched(path, KeyFile.parse)

    @property
    def current(self) -> str:
        """Return the id of the key for what is sealed from now on."""
        return self._file().current

    @property
    def kids(self) -> Collection[str]:
        """Return the ids of all keys in the file."""
        return self._file().kids

    def derive(self, kid: str, tenant_id: UUID) -> bytes:
        """Return the tenant's key."""
        return self._file().derive(kid, tenant_id)


@dataclass(frozen=True)
class DataKey:
    """A key that seals: a person's, or a tenant's for what concerns no single person."""

    tenant_id: UUID
    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """Return 8 bytes that name the key inside what it sealed, and tell nothing of it."""
        return hmac.digest(self.secret, b"tandem key id", "sha256")[:ID_BYTES]

    def seal(self, table: str, column: str, row_id: UUID, text: str) -> bytes:
        """Return the sealed text, about 37 bytes longer than its UTF-8 form; it opens only in this place."""
        nonce = os.urandom(NONCE_BYTES)
        place = self._place(table, column, row_id)
        return _VERSION + self.id + nonce + AESGCM(self.secret).encrypt(nonce, text.encode(), place)

    def unseal(self, table: str, column: str, row_id: UUID, sealed: bytes) -> str:
        """Return the text; raise SealBroken if it was altered, moved, or sealed with another key."""
        key_id, rest = sealed[1 : 1 + ID_BYTES], sealed[1 + ID_BYTES :]
        if sealed[:1] != _VERSION or key_id != self.id:
            raise SealBroken
        place = self._place(table, column, row_id)
        return _open(self.secret, rest, place).decode()

    def commitment(self, text: str) -> bytes:
        """Return a keyed hash (32 bytes) that proves the text later, and says nothing once the key is gone."""
        return hmac.digest(derive_key(self.secret, b"tandem commitment"), text.encode(), "sha256")

    def for_file(self, salt: bytes) -> bytes:
        """Return the key of one file, from its random salt."""
        return derive_key(self.secret, b"tandem file", salt)

    def _place(self, table: str, column: str, row_id: UUID) -> bytes:
        return f"{self.tenant_id}|{table}|{column}|{row_id}".encode()


class MasterKeys:
    """Makes, wraps and unwraps data keys; unwrapped keys are cached by their wrapped form.

    The wrapped form is read from the database each time, so a destroyed key is gone at once,
    whatever the cache still holds.
    """

    def __init__(self, source: DerivesTenantKeys) -> None:
        self._source = source
        self._tenants: dict[tuple[str, UUID], bytes] = {}
        self._unwrapped: dict[tuple[UUID, UUID, bytes], DataKey] = {}

    @classmethod
    def load(cls, key_file: Path) -> "MasterKeys":
        """Read the master keys from a file, and again when it changes; see KeyFile."""
        return cls(WatchedKeyFile(key_file))

    def tenant_key(self, tenant_id: UUID) -> DataKey:
        """Return the key for what belongs to the tenant and to no one person, such as an import file."""
        return self._tenant_data_key(tenant_id, self.current)

    def tenant_keys(self, tenant_id: UUID) -> list[DataKey]:
        """Return the tenant's key under every master key, to open what was sealed before the last rotation."""
        return [self._tenant_data_key(tenant_id, kid) for kid in self._source.kids]

    def tenant_key_of(self, tenant_id: UUID, sealed: bytes) -> DataKey:
        """Return the tenant's key that sealed the text; raise SealBroken if none of them did."""
        key_id = sealed[1 : 1 + ID_BYTES]
        key = next((each for each in self.tenant_keys(tenant_id) if each.id == key_id), None)
        if key is None:
            raise SealBroken
        return key

    @property
    def current(self) -> str:
        """Return the id of the master key that new wrappings use."""
        return self._source.current

    def new_key(self, tenant_id: UUID, subject_id: UUID) -> tuple[DataKey, bytes]:
        """Return a new random data key for a person, and its wrapped form to store."""
        key = DataKey(tenant_id, os.urandom(KEY_BYTES))
        return key, self._wrap(key, subject_id)

    def unwrap(self, tenant_id: UUID, subject_id: UUID, wrapped: bytes | None) -> DataKey:
        """Return a person's data key; None stands for a destroyed one and raises KeyDestroyed.

        Raises SealBroken for a wrapped key of another person or tenant, or of an unknown master key.
        """
        if wrapped is None:
            raise KeyDestroyed
        known = (tenant_id, subject_id, wrapped)
        if (key := self._unwrapped.get(known)) is None:
            key = DataKey(tenant_id, self._open_wrapped(*known))
            if len(self._unwrapped) >= _CACHE_LIMIT:
                self._unwrapped.clear()
            self._unwrapped[known] = key
        return key

    def rewrap(self, tenant_id: UUID, subject_id: UUID, wrapped: bytes) -> bytes | None:
        """Return the key wrapped anew under the current master key, or None if it is so already."""
        if _kid(wrapped) == self.current:
            return None
        return self._wrap(self.unwrap(tenant_id, subject_id, wrapped), subject_id)

    def _tenant_data_key(self, tenant_id: UUID, kid: str) -> DataKey:
        return DataKey(tenant_id, derive_key(self._tenant(kid, tenant_id), b"tandem data"))

    def _wrap(self, key: DataKey, subject_id: UUID) -> bytes:
        kid = self._source.current
        nonce = os.urandom(NONCE_BYTES)
        cipher = AESGCM(self._tenant(kid, key.tenant_id))
        body = cipher.encrypt(nonce, key.secret, _wrap_place(key.tenant_id, subject_id))
        return _VERSION + bytes([len(kid.encode())]) + kid.encode() + nonce + body

    def _open_wrapped(self, tenant_id: UUID, subject_id: UUID, wrapped: bytes) -> bytes:
        kid = _kid(wrapped)
        try:
            tenant_key = self._tenant(kid, tenant_id)
        except KeyError:
            raise SealBroken from None
        return _open(tenant_key, wrapped[2 + len(kid.encode()) :], _wrap_place(tenant_id, subject_id))

    def _tenant(self, kid: str, tenant_id: UUID) -> bytes:
        known = (kid, tenant_id)
        if known not in self._tenants:
            self._tenants[known] = self._source.derive(kid, tenant_id)
        return self._tenants[known]


def derive_key(secret: bytes, purpose: bytes, salt: bytes | None = None) -> bytes:
    """Return 32 bytes for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), KEY_BYTES, salt, purpose).derive(secret)


def _open(secret: bytes, nonce_and_body: bytes, place: bytes) -> bytes:
    nonce, body = nonce_and_body[:NONCE_BYTES], nonce_and_body[NONCE_BYTES:]
    try:
        return AESGCM(secret).decrypt(nonce, body, place)
    except (InvalidTag, ValueError):
        raise SealBroken from None


def _kid(wrapped: bytes) -> str:
    if wrapped[:1] != _VERSION or len(wrapped) < 2:
        raise SealBroken
    return wrapped[2 : 2 + wrapped[1]].decode(errors="replace")


def _wrap_place(tenant_id: UUID, subject_id: UUID) -> bytes:
    return f"{tenant_id}|seal_key|wrapped|{subject_id}".encode()
