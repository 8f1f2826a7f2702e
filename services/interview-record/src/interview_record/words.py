"""Values of ours in the JSON form of the contracts: decimals as text, shortfalls with their sum."""

from decimal import Decimal
from typing import Any

from interview_record.domain.explanations import explain
from interview_record.domain.shortfalls import Sum
from interview_record.storage.facts_tables import ShortfallRow


def decimal_text(value: Decimal | float | None) -> str:
    """Return the plain decimal without trailing zeros, empty for none."""
    if value is None:
        return ""
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shortfall_document(row: ShortfallRow) -> dict[str, Any]:
    """Return a shortfall in the JSON form of the contract's Shortfall."""
    found, said = row.sum, explain(Sum.read(row.sum))
    numbers = ("actual", "target", "below_target_percent", "team_mean", "team_deviation", "below_mean_percent")
    basis = found["team_basis"] if str(found["team_basis"]).startswith("same_") else "none"
    return {
        "id": str(row.id),
        "person_id": str(row.person_id),
        "kpi_result_id": str(row.kpi_result_id),
        "metric_code": row.metric_code,
        "period_from": row.period_from.isoformat(),
        "period_until": row.period_until.isoformat(),
        "state": f"SHORTFALL_STATE_{row.state.upper()}",
        "shortfall_type": row.shortfall_type,
        "met_tests": [f"SHORTFALL_TEST_{each.upper()}" for each in row.met_tests],
        "confidence": f"CONFIDENCE_{row.confidence.upper()}",
        "sum": {
            **{name: decimal_text(found[name]) for name in numbers},
            "team_basis": f"TEAM_BASIS_{str(basis).upper()}",
            "team_size": found["team_size"],
            "trend": [decimal_text(each) for each in found["trend"]],
            "explanation": {"zh_cn": said.zh, "en": said.en},
        },
        "found_at": row.found_at.isoformat(),
        "version": row.version,
    }
