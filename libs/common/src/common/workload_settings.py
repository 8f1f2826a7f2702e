"""Workload identity as the settings ask for it; nothing where a mesh proves who calls."""

from common.settings import ProcessSettings, ServiceSettings
from common.workload import Workloads, WorkloadTokens, workload_keys


def own_tokens(settings: ProcessSettings) -> WorkloadTokens | None:
    """Return the tokens that this process calls others with."""
    return WorkloadTokens(settings.workload_tokens, settings.callees) if settings.workload_tokens else None


def known_workloads(service: str, settings: ServiceSettings) -> Workloads | None:
    """Return what tells which workload calls this service."""
    if not settings.callers:
        return None
    keys = workload_keys(settings.workload_keys, settings.workload_keys_ca_file, settings.workload_keys_token_file)
    return Workloads(service, settings.workload_issuer, settings.callers, keys)
