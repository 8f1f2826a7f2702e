"""What a signer agrees to, word for word; the record keeps the text that was shown."""

from typing import Literal

from plan_tracking.domain.signing import Act, SignerRole

Locale = Literal["zh-CN", "en"]

_TEXTS: dict[tuple[Act, SignerRole], dict[Locale, str]] = {
    (Act.SIGNED, SignerRole.EMPLOYEE): {
        "zh-CN": "我已阅读本改进计划全文，同意按其中的目标、措施和期限执行，并同意以电子方式签署。",
        "en": "I have read this improvement plan in full, agree to its goals, measures and dates, "
        "and agree to sign it electronically.",
    },
    (Act.SIGNED, SignerRole.MANAGER): {
        "zh-CN": "我已阅读本改进计划全文，承诺提供其中约定的支持并按期跟进，并同意以电子方式签署。",
        "en": "I have read this improvement plan in full, undertake to give the support agreed in it and to follow "
        "it up on time, and agree to sign it electronically.",
    },
    (Act.REFUSED, SignerRole.EMPLOYEE): {
        "zh-CN": "我已阅读本改进计划，不予签署，理由如下。我知道人力资源伙伴将在期限内作出决定。",
        "en": "I have read this improvement plan and do not sign it, for the reason given. "
        "I know that the HR partner decides on it within the time set.",
    },
    (Act.SILENCE_RECORDED, SignerRole.MANAGER): {
        "zh-CN": "签署期限已过，员工未签署也未说明理由。我据实记录。",
        "en": "The date for signing has passed; the employee neither signed nor gave a reason. "
        "I record this truthfully.",
    },
    (Act.WITNESSED, SignerRole.WITNESS): {
        "zh-CN": "我证明员工已获得签署本计划的机会，期限届满时未予回应。",
        "en": "I witness that the employee was given the opportunity to sign this plan and had not responded "
        "when the date passed.",
    },
    (Act.DECIDED, SignerRole.HR): {
        "zh-CN": "我已听取双方意见，就未签署的改进计划作出本决定。",
        "en": "I have heard both sides and take this decision on the plan that was not signed.",
    },
    (Act.ACKNOWLEDGED, SignerRole.EMPLOYEE): {
        "zh-CN": "我知悉此项措施的替换；目标和期限不变。",
        "en": "I acknowledge that this measure is replaced; goal and dates stay as they are.",
    },
}


def consent_text(act: Act, role: SignerRole, locale: str) -> tuple[str, Locale]:
    """Return the text for the act and the locale it is in; other languages get the English one."""
    chosen: Locale = "zh-CN" if locale.startswith("zh") else "en"
    return _TEXTS[act, role][chosen], chosen
