"""Files to import: what the caller says of one, and how its columns become fields."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from tandem.common.v1 import imports_pb2 as pb

from gateway.schemas.fields import number
from gateway.schemas.model import Input

Text = Annotated[str, Field(max_length=255)]


class ImportFormat(StrEnum):
    """What kind of table the file is."""

    CSV = "csv"
    XLSX = "xlsx"


class ValueRule(Input):
    """A field computed from a column by a table of values."""

    field: Annotated[str, Field(min_length=1, max_length=64)]
    column: Annotated[str, Field(min_length=1, max_length=255)]
    values: dict[str, str]
    otherwise: Annotated[Text, Field(description="For values not in the table; empty: the row is in error.")] = ""


class MetricColumn(Input):
    """One metric of a wide file."""

    column: Annotated[str, Field(min_length=1, max_length=255)]
    metric_code: Annotated[str, Field(min_length=1, max_length=64)]
    target: Annotated[str, Field(max_length=64, description="A decimal for all rows.")] = ""
    target_column: Text = ""
    weight: Annotated[str, Field(max_length=64)] = ""
    values: Annotated[dict[str, str], Field(default_factory=dict, description="Words of the column as decimals.")]
    direction: Annotated[
        Literal["", "higher", "lower"], Field(description="Which is better, where the metric does not exist yet.")
    ] = ""
    measure_unit: Annotated[str, Field(max_length=32)] = ""
    name_zh: Annotated[str, Field(max_length=200)] = ""
    name_en: Annotated[str, Field(max_length=200, description="Without names it is called as the column.")] = ""


class ImportMapping(Input):
    """How columns become fields; columns that are not named are never stored."""

    columns: Annotated[dict[str, str], Field(default_factory=dict, description="Field to header.")]
    defaults: Annotated[dict[str, str], Field(default_factory=dict, description="Where the column is absent or empty.")]
    rules: Annotated[list[ValueRule], Field(default_factory=list, max_length=100)]
    date_formats: Annotated[
        list[str], Field(default_factory=list, max_length=10, description="strptime formats, tried in order.")
    ]
    metric_columns: Annotated[list[MetricColumn], Field(default_factory=list, max_length=200)]

    def to_contract(self) -> pb.ImportMapping:
        """Return the contract's form."""
        return pb.ImportMapping(
            columns=self.columns,
            defaults=self.defaults,
            rules=[pb.ValueRule(**rule.model_dump()) for rule in self.rules],
            date_formats=self.date_formats,
            metric_columns=[pb.MetricColumn(**metric.model_dump()) for metric in self.metric_columns],
        )


class ImportInput(Input):
    """A file to import; the answer is an operation, its row errors come back as a file."""

    file_id: Annotated[UUID, Field(description="From `POST /v1/files` with purpose `import`.")]
    file_name: Annotated[str, Field(min_length=1, max_length=255)]
    format: ImportFormat
    sheet: Annotated[str, Field(max_length=64, description="XLSX only; empty: the first.")] = ""
    mapping: Annotated[ImportMapping | None, Field(description="Null: by Chinese and English header names.")] = None
    dry_run: Annotated[bool, Field(description="Reads and reports, writes nothing.")] = False
    all_or_nothing: Annotated[bool, Field(description="One row in error keeps the others out too.")] = False

    def to_file(self) -> pb.ImportFile:
        """Return the contract's form of the file."""
        return pb.ImportFile(
            blob_id=str(self.file_id),
            file_name=self.file_name,
            format=number(pb.ImportFormat, self.format),
            sheet=self.sheet,
        )

    def to_mapping(self) -> pb.ImportMapping | None:
        """Return the contract's form of the mapping, unset where there is none."""
        return self.mapping.to_contract() if self.mapping else None
