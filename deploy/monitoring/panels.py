"""The few kinds of panels that our dashboards are made of, and the selectors that all their queries share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from grafana_foundation_sdk.builders.common import (
    GraphThresholdsStyleConfig,
    ReduceDataOptions,
    StackingConfig,
    VizLegendOptions,
    VizTooltipOptions,
)
from grafana_foundation_sdk.builders.dashboard import DashboardLink, ThresholdsConfig
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    BigValueGraphMode,
    DataSourceRef,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

METRICS = DataSourceRef(type_val="prometheus", uid="${metrics}")
HEIGHT = 8
FULL, HALF, THIRD, QUARTER = 24, 12, 8, 6
# An instance's id begins with its namespace. `All` stands for anything, so that ids without one are shown, too.
OWN = 'service_name=~"$service", service_instance_id=~"(?:$namespace)(?:[.].+)?"'
RECORDED = 'namespace=~"$namespace", service_name=~"$service"'
Panel = TypeVar("Panel", TimeseriesPanel, StatPanel, TablePanel)


@dataclass(frozen=True)
class Query:
    """One query of a panel; `legend` names a series by its labels, `{{service_name}}`."""

    expr: str
    legend: str = "{{service_name}}"


def rate(counter: str, by: str, more: str = "") -> str:
    """Return a counter's rate a second, summed by labels; `more` matches further labels."""
    return f"sum by ({by}) (rate({counter}{{{_own(more)}}}[$__rate_interval]))"


def quantile(share: float, histogram: str, by: str = "", more: str = "") -> str:
    """Return a quantile of a histogram, by labels."""
    labels = f"{by}, le" if by else "le"
    return f"histogram_quantile({share}, {rate(f'{histogram}_bucket', labels, more)})"


def percentiles(histogram: str, more: str = "") -> list[Query]:
    """Return the median, the 95th and the 99th percentile over all that the dashboard selects."""
    return [Query(quantile(share, histogram, more=more), f"p{share * 100:.0f}") for share in (0.5, 0.95, 0.99)]


def top(expr: str) -> str:
    """Return the ten largest."""
    return f"topk(10, {expr})"


def timeseries(
    title: str,
    unit: str,
    queries: Sequence[Query],
    *,
    about: str,
    width: int = HALF,
    limits: Sequence[float] = (),
    exemplars: bool = False,
    stacked: bool = False,
) -> TimeseriesPanel:
    """Return curves over time; `limits` are drawn as lines, yellow and red; `exemplars` are dots that open a trace."""
    panel = (
        _panel(TimeseriesPanel(), title, unit, about, width)
        .min(0)
        .fill_opacity(10)
        .legend(
            VizLegendOptions()
            .display_mode(LegendDisplayMode.TABLE)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
            .calcs(["mean", "max", "lastNotNull"])
        )
        .tooltip(VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING))
        .data_links(_explore(queries))
    )
    if limits:
        panel.thresholds(_thresholds(limits)).thresholds_style(
            GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
        )
    if stacked:
        panel.stacking(StackingConfig().mode(StackingMode.NORMAL)).fill_opacity(40)
    for number, query in enumerate(queries):
        panel.with_target(_target(query, number).range().exemplar(exemplars))
    return panel


def stat(
    title: str,
    unit: str,
    query: Query,
    *,
    about: str,
    width: int = QUARTER,
    limits: Sequence[float] = (),
    falling: bool = False,
) -> StatPanel:
    """Return the latest value, large; beyond `limits` it turns yellow and red, `falling` ones below them."""
    return (
        _panel(StatPanel(), title, unit, about, width)
        .height(HEIGHT // 2)
        .thresholds(_thresholds(limits, falling=falling))
        .color_mode(BigValueColorMode.BACKGROUND if limits else BigValueColorMode.NONE)
        .graph_mode(BigValueGraphMode.AREA)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(_target(query, 0).range())
    )


@dataclass(frozen=True)
class Column:
    """A column of a table: a query's value, its unit, and the values from which it turns yellow and red."""

    title: str
    expr: str
    unit: str = "short"
    limits: tuple[float, ...] = ()


def table(title: str, by: Sequence[str], columns: Sequence[Column], *, about: str, width: int = FULL) -> TablePanel:
    """Return a table with a row per combination of the labels `by`."""
    panel = _panel(TablePanel(), title, "short", about, width)
    names: dict[str, str] = {}
    for number, column in enumerate(columns):
        panel.with_target(_target(Query(column.expr), number).instant().format(PromQueryFormat.TABLE))
        names[f"Value #{_letter(number)}" if len(columns) > 1 else "Value"] = column.title
        traits = [models.DynamicConfigValue(id_val="unit", value=column.unit)]
        if column.limits:
            traits += [
                models.DynamicConfigValue(id_val="thresholds", value=_thresholds(column.limits).build()),
                models.DynamicConfigValue(id_val="custom.cellOptions", value={"type": "color-background"}),
            ]
        panel.override_by_name(column.title, traits)
    order = {name: place for place, name in enumerate([*by, *names])}
    for kind, options in (
        ("merge", {}),
        ("filterFieldsByName", {"include": {"names": [*order]}}),
        ("organize", {"indexByName": order, "renameByName": names}),
    ):
        panel.with_transformation(models.DataTransformerConfig(id_val=kind, options=options))
    return panel


def _panel(panel: Panel, title: str, unit: str, about: str, width: int) -> Panel:
    return panel.title(title).unit(unit).description(about).span(width).height(HEIGHT).datasource(METRICS)


def _target(query: Query, number: int) -> Dataquery:
    return Dataquery().expr(query.expr).legend_format(query.legend).ref_id(_letter(number)).datasource(METRICS)


def _own(more: str) -> str:
    return f"{OWN}, {more}" if more else OWN


def _letter(number: int) -> str:
    return chr(ord("A") + number)


def _thresholds(limits: Sequence[float], *, falling: bool = False) -> ThresholdsConfig:
    colors = ["green", "yellow", "red"] if len(limits) > 1 else ["green", "red"]
    steps = [
        models.Threshold(color=color, value=value)
        for color, value in zip(reversed(colors) if falling else colors, (None, *sorted(limits)), strict=False)
    ]
    return ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


def _explore(queries: Sequence[Query]) -> list[Builder[models.DashboardLink]]:
    """Return the ways from a curve to the traces and logs of its service, or of those chosen, at that time."""
    if all(re.search(r"by \([^)]*service_name", query.expr) for query in queries):
        service = "${__field.labels.service_name}"
    elif all("$service" in query.expr for query in queries):
        service = "${service:pipe}"
    else:
        return []
    traces = f'{{"refId":"A","queryType":"traceql","query":"{{resource.service.name=~\\"{service}\\"}}"}}'
    logs = f'{{"refId":"A","expr":"{{service_name=~\\"{service}\\"}} | json"}}'
    return [_link(f"Traces of {service}", "traces", traces), _link(f"Logs of {service}", "logs", logs)]


def _link(title: str, source: str, query: str) -> Builder[models.DashboardLink]:
    panes = f'{{"a":{{"datasource":"${{{source}}}","queries":[{query}],"range":{{"from":"FROM","to":"TO"}}}}}}'
    # Grafana fills its variables in before the address is used; they must stay readable.
    address = quote(panes, safe="${}_.:").replace("FROM", "${__from}").replace("TO", "${__to}")
    return DashboardLink(title).url(f"/explore?schemaVersion=1&panes={address}").target_blank(True)
