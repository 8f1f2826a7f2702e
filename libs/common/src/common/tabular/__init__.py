"""Rows of CSV and XLSX files: read, mapped to fields, converted, and given back with what is wrong.

table = open_table(content)
mapping = Mapping.auto(table.headers, ALIASES) or Mapping.of(document, ALIASES); mapping.check(table.headers)
for row in mapping.rows(table):
    cells = Cells(row, mapping.date_formats)
    hired_on = cells.date("hired_on", required=True)
    if cells.violations: rejected.append(Rejected(row, cells.violations))
content = write_errors(rejected, locale="zh-CN", format="xlsx")
"""

from common.tabular.cells import Cells
from common.tabular.error_file import Rejected, write_errors
from common.tabular.mapping import ColumnMissing, MappedRow, Mapping, MetricColumn, Rule
from common.tabular.reading import FileUnreadable, Table, open_table

__all__ = [
    "Cells",
    "ColumnMissing",
    "FileUnreadable",
    "MappedRow",
    "Mapping",
    "MetricColumn",
    "Rejected",
    "Rule",
    "Table",
    "open_table",
    "write_errors",
]
