"""What the directory refuses, each beside its sentence."""

from common.errors import AppError, Kind


class UnknownSubject(AppError):
    """Nobody is bound to this subject, or has that external id."""

    kind = Kind.NOT_FOUND
    reason = "UNKNOWN_SUBJECT"
    en = "Nobody here is known under this login. Ask your HR administrator to add you."
    zh = "系统中没有与此登录对应的人员，请联系人力资源管理员添加。"


class PersonInactive(AppError):
    """The person has left."""

    kind = Kind.PRECONDITION
    reason = "PERSON_INACTIVE"
    en = "This person is no longer active."
    zh = "该人员已离职。"


class SubjectAlreadyBound(AppError):
    """The person is bound to another subject of the issuer."""

    kind = Kind.CONFLICT
    reason = "SUBJECT_ALREADY_BOUND"
    en = "This person already logs in under another account. Ask your HR administrator."
    zh = "该人员已绑定另一个登录账号，请联系人力资源管理员。"


class ClientAlreadyRegistered(AppError):
    """The machine client is there."""

    kind = Kind.CONFLICT
    reason = "CLIENT_ALREADY_REGISTERED"
    en = "This client is already registered."
    zh = "该客户端已登记。"


class CodeTaken(AppError):
    """A unit's code is unique in its tenant."""

    kind = Kind.CONFLICT
    reason = "CODE_TAKEN"
    en = "Another unit already has the code {code}."
    zh = "编码 {code} 已被其他部门使用。"


class UnitUnderItself(AppError):
    """A unit cannot be moved below itself."""

    kind = Kind.PRECONDITION
    reason = "UNIT_UNDER_ITSELF"
    en = "A unit cannot be moved under itself or one of its own units."
    zh = "部门不能移动到自身或其下级部门之下。"


class UnitInUse(AppError):
    """A unit with active people or units stays."""

    kind = Kind.PRECONDITION
    reason = "UNIT_IN_USE"
    en = "The unit still has {people} active people and {units} active units."
    zh = "该部门仍有 {people} 名在职人员和 {units} 个下级部门。"


class ExternalIdTaken(AppError):
    """An external id names one person."""

    kind = Kind.CONFLICT
    reason = "EXTERNAL_ID_TAKEN"
    en = "Another person already has this external id."
    zh = "该工号已被其他人员使用。"


class ManagerLoop(AppError):
    """A manager line has no circle."""

    kind = Kind.PRECONDITION
    reason = "MANAGER_LOOP"
    en = "The chosen manager reports to this person."
    zh = "所选经理是该人员的下属。"


class GrantExists(AppError):
    """The role is held already."""

    kind = Kind.CONFLICT
    reason = "GRANT_EXISTS"
    en = "The person already holds this role there."
    zh = "该人员已拥有此范围内的该角色。"


class OwnGrant(AppError):
    """Nobody gives roles to themselves."""

    kind = Kind.FORBIDDEN
    reason = "OWN_GRANT"
    en = "Nobody may give a role to themselves."
    zh = "不能为自己授予角色。"


class LastAdmin(AppError):
    """A tenant keeps one administrator."""

    kind = Kind.PRECONDITION
    reason = "LAST_ADMIN"
    en = "The tenant would have no administrator left."
    zh = "撤销后租户将没有管理员。"


class StandingTooOld(AppError):
    """Giving or taking rights needs a standing checked just now."""

    kind = Kind.PRECONDITION
    reason = "STANDING_TOO_OLD"
    en = "Your rights could not be confirmed just now; try again."
    zh = "未能即时确认您的权限，请重试。"


class ClockNotMovable(AppError):
    """Only a demo tenant's clock moves, and only forward."""

    kind = Kind.PRECONDITION
    reason = "CLOCK_NOT_MOVABLE"
    en = "Only a demo tenant's clock can be moved, and only forward."
    zh = "只有演示租户的时钟可以拨动，且只能向前。"


class ClockNotAtRest(AppError):
    """What a moved clock set off does not come to rest, or a service cannot say."""

    kind = Kind.UNAVAILABLE
    reason = "CLOCK_NOT_AT_REST"
    en = "The clock was moved, but not every service came to rest; the operation's errors name them."
    zh = "时钟已调整，但并非所有服务都已处理完毕；操作的错误信息列出了这些服务。"
