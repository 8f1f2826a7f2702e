"""What a file of people says: its fields, their header names, and one row as facts."""

from dataclasses import dataclass
from datetime import date

from common.ids import stable_id
from common.tabular import Cells

ALIASES: dict[str, tuple[str, ...]] = {
    "external_id": ("工号", "员工编号", "员工工号", "employee id", "employee number", "emp id", "empid"),
    "name": ("姓名", "员工姓名", "employee name", "full name"),
    "mail": ("邮箱", "电子邮箱", "邮件", "email", "e-mail", "work email"),
    "post": ("职位", "岗位", "岗位名称", "职务", "position", "job title", "title"),
    "unit": ("部门", "所属部门", "业务单元", "department", "business unit"),
    "job_family": ("岗位序列", "职位序列", "序列", "family"),
    "level": ("职级", "级别", "grade", "job level"),
    "employee_type": ("员工类型", "type of employee"),
    "hired_on": ("入职日期", "入职时间", "hire date", "date of hire"),
    "left_on": ("离职日期", "离职时间", "termination date", "date of termination"),
    "leaving_reason": ("离职原因", "term reason", "reason for leaving"),
    "manager": ("直属上级", "上级", "经理", "直线经理", "manager name", "reports to"),
    "manager_external_id": ("上级工号", "经理工号", "直属上级工号", "manager id"),
    "locale": ("语言", "language"),
    "time_zone": ("时区", "timezone"),
    "calendar_code": ("日历", "工作日历", "calendar"),
}

EMPLOYEE_TYPES: dict[str, tuple[str, ...]] = {
    "needs_improvement": ("绩效待改进", "待改进", "needs improvement"),
    "high_potential": ("高潜力", "高潜", "high potential"),
    "new_hire": ("新员工", "新入职", "new hire"),
    "role_change": ("岗位调整", "转岗", "role change"),
    "regular": ("普通", "常规", "一般"),
}
LEAVING_REASONS: dict[str, tuple[str, ...]] = {
    "voluntary": ("主动离职", "辞职", "resignation"),
    "performance": ("绩效", "绩效原因"),
    "retirement": ("退休", "retiring"),
    "redundancy": ("裁员", "layoff"),
    "contract_end": ("合同到期", "end of contract"),
    "other": ("其他",),
}
LOCALES: dict[str, tuple[str, ...]] = {"zh-CN": ("zh", "中文", "简体中文"), "en": ("en-US", "en-GB", "english", "英文")}


@dataclass(frozen=True)
class PersonLine:
    """One row of the file; `manager` is an external id or a name, as the file has it."""

    row: int
    external_id: str
    name: str
    mail: str
    post: str
    unit: str
    job_family: str
    level: str
    employee_type: str
    hired_on: date | None
    left_on: date | None
    leaving_reason: str
    manager: str
    manager_external_id: str
    locale: str
    time_zone: str
    calendar_code: str


def read_line(row: int, cells: Cells) -> PersonLine:
    """Return the row's facts; what is wrong with it is in `cells.violations` afterwards."""
    line = PersonLine(
        row=row,
        external_id=cells.text("external_id", required=True, max_length=255),
        name=" ".join(cells.text("name", required=True, max_length=200).split()),
        mail=cells.text("mail", max_length=320),
        post=cells.text("post", max_length=200),
        unit=cells.text("unit", required=True, max_length=200),
        job_family=cells.text("job_family", max_length=64) or "functional",
        level=cells.text("level", max_length=64),
        employee_type=cells.choice("employee_type", EMPLOYEE_TYPES) or "regular",
        hired_on=cells.date("hired_on"),
        left_on=cells.date("left_on"),
        leaving_reason=cells.choice("leaving_reason", LEAVING_REASONS),
        manager=cells.text("manager", max_length=200),
        manager_external_id=cells.text("manager_external_id", max_length=255),
        locale=cells.choice("locale", LOCALES),
        time_zone=cells.text("time_zone", max_length=64),
        calendar_code=cells.text("calendar_code", max_length=64),
    )
    if line.mail and line.mail.count("@") != 1:
        cells.refuse("mail", "NOT_AN_ADDRESS", en="is no mail address", zh="不是邮箱地址")
    if line.hired_on and line.left_on and line.left_on < line.hired_on:
        cells.refuse("left_on", "BEFORE_HIRING", en="is before the day of hiring", zh="早于入职日期")
    return line


def name_key(name: str) -> str:
    """Return what two spellings of a name share: first and last word, `Last, First M.` turned round.

    Chinese names have no blanks and compare whole.
    """
    last, comma, first = name.partition(",")
    words = f"{first} {last}".split() if comma else name.split()
    plain = [word.strip(".").casefold() for word in words if word.strip(".")]
    return " ".join(plain if len(plain) < 3 else (plain[0], plain[-1]))


def placeholder_id(tenant_id: object, name: str) -> str:
    """Return the external id of a manager whom the file names without a row; the name cannot be read from it."""
    return f"placeholder-{stable_id('placeholder', tenant_id, name_key(name))}"


def unit_code(name: str) -> str:
    """Return the code under which a unit named in a file is found again."""
    return name.strip().casefold()[:64]
