"""The signer's name inside an identity: readable for the service that writes the signature record, opaque elsewhere."""

import base64
from uuid import UUID

from common.errors import Unauthenticated
from common.identity import Identity
from common.sealed import MasterKeys

_PLACE = ("identity", "signer_name")


def seal_signer_name(keys: MasterKeys, tenant_id: UUID, person_id: UUID, name: str) -> str:
    """Return the name for `Identity.signer_name`, sealed with the tenant's key and bound to the person."""
    return base64.b64encode(keys.tenant_key(tenant_id).seal(*_PLACE, person_id, name)).decode()


def open_signer_name(keys: MasterKeys, identity: Identity) -> str:
    """Return the name as directory told it; raise Unauthenticated for an identity that carries none."""
    if identity.person_id is None or not identity.signer_name:
        raise Unauthenticated
    sealed = base64.b64decode(identity.signer_name)
    # While the master key is being replaced, the gateway may be a step ahead or behind.
    key = keys.tenant_key_of(identity.tenant_id, sealed)
    return key.unseal(*_PLACE, identity.person_id, sealed)
