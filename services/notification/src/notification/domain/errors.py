"""What may stand against a change of preferences."""

from common.errors import FieldViolation, Invalid


def unknown_template(position: int) -> Invalid:
    """Return the error for a template that there is not."""
    violation = FieldViolation(
        f"mail_muted_templates[{position}]",
        "TEMPLATE_UNKNOWN",
        "There is no message template of this code.",
        "没有这个编码的消息模板。",
    )
    return Invalid(fields=[violation])
