"""Create a tenant with its issuer, root unit, job families and first administrator."""

from dataclasses import dataclass
from uuid import UUID

from common.call import Call
from common.database import Database
from common.ids import new_id
from common.transaction import Transaction

from directory import events
from directory.storage.tables import GrantRow, IssuerRow, JobFamilyRow, PersonRow, TenantRecordRow, UnitRow

# The programme's own families; technical, sales and management are core until the tenant says otherwise.
FAMILIES = {
    "technical": ("技术", "Technical", True),
    "sales": ("销售", "Sales", True),
    "management": ("管理", "Management", True),
    "functional": ("职能", "Functional", False),
    "operations": ("运营", "Operations", False),
}


@dataclass(frozen=True)
class NewTenant:
    """What is known of a tenant before its first login."""

    tenant_id: UUID
    name: str
    region: str
    locale: str
    time_zone: str
    calendar_code: str
    demo: bool
    issuer: str
    audience: str
    jwks_uri: str
    external_id_claim: str
    algorithms: tuple[str, ...]
    accepts_plain_jwt: bool
    first_admin: str


async def create_tenant(database: Database, call: Call, new: NewTenant) -> UUID:
    """Create everything a first login needs; the administrator is bound to their account when they log in."""
    async with database.transaction(call) as tx:
        tenant = TenantRecordRow(
            tenant_id=new.tenant_id,
            id=new.tenant_id,
            name=new.name,
            region=new.region,
            default_locale=new.locale,
            default_time_zone=new.time_zone,
            default_calendar_code=new.calendar_code,
            demo=new.demo,
        )
        tx.add(tenant)
        tx.add(
            IssuerRow(
                tenant_id=new.tenant_id,
                issuer=new.issuer,
                audience=new.audience,
                jwks_uri=new.jwks_uri,
                external_id_claim=new.external_id_claim,
                algorithms=list(new.algorithms),
                accepts_plain_jwt=new.accepts_plain_jwt,
            )
        )
        for code, (zh, en, core) in FAMILIES.items():
            tx.add(JobFamilyRow(tenant_id=new.tenant_id, code=code, name_zh=zh, name_en=en, core=core))
        root_id = new_id()
        root = UnitRow(
            tenant_id=new.tenant_id, id=root_id, code="root", name=new.name, parent_id=None, path=[root_id], active=True
        )
        tx.add(root)
        tx.publish(new.tenant_id, events.tenant_created(tenant, tx.now))
        tx.publish(root_id, events.unit_changed(root))
        _add_administrator(tx, new, root)
        tx.audit("tenant.created", "tenant", new.tenant_id, demo=new.demo)
        return tx.done(new.tenant_id)


def _add_administrator(tx: Transaction, new: NewTenant, root: UnitRow) -> None:
    admin = PersonRow(
        tenant_id=new.tenant_id,
        id=new_id(),
        external_id=new.first_admin,
        name=new.first_admin,
        mail="",
        post="",
        unit_id=root.id,
        unit_path=root.path,
        manager_id=None,
        chain=[],
        job_family="functional",
        level="",
        employee_type="regular",
        locale=new.locale,
        time_zone=new.time_zone,
        calendar_code=new.calendar_code,
        placeholder=False,
        active=True,
    )
    grant = GrantRow(
        tenant_id=new.tenant_id,
        id=new_id(),
        person_id=admin.id,
        role="hr_admin",
        unit_id=None,
        granted_by=tx.identity.subject,
        granted_at=tx.now,
    )
    tx.add(admin)
    tx.add(grant)
    tx.publish(admin.id, events.person_changed(admin, core=False))
    tx.publish(grant.id, events.grant_changed(grant))
    tx.audit("grant.created", "grant", grant.id, person_id=admin.id, role=grant.role)
