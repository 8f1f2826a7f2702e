"""The frame that all our dashboards share: sources, choice of installation and service, links, alerts as marks."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import (
    AnnotationQuery,
    Dashboard,
    DashboardLink,
    DatasourceVariable,
    QueryVariable,
    Row,
)
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as models

from deploy.monitoring.panels import METRICS

TAG = "tandem"
FIRING = 'ALERTS{alertname=~"Tandem.*", alertstate="firing"}'
Panels = Sequence[Builder[models.Panel]]


def board(
    name: str, title: str, about: str, rows: Sequence[tuple[str, Panels]], *variables: QueryVariable
) -> models.Dashboard:
    """Return a dashboard; `rows` are headings with their panels, `variables` come beside the common ones."""
    frame = (
        Dashboard(f"Tandem / {title}")
        .uid(f"tandem-{name}")
        .description(about)
        .tags([TAG])
        .timezone("browser")
        .time("now-6h", "now")
        .refresh("1m")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .link(
            DashboardLink("Tandem")
            .type(models.DashboardLinkType.DASHBOARDS)
            .tags([TAG])
            .as_dropdown(True)
            .include_vars(True)
            .keep_time(True)
        )
        .annotation(_alerts())
    )
    for variable in (*_sources(), _choice("namespace", "Installation"), *variables):
        frame.with_variable(variable)
    for heading, panels in rows:
        frame.with_row(Row(heading))
        for panel in panels:
            frame.with_panel(panel)
    return frame.build()


def services() -> QueryVariable:
    """Return the choice of services, of those that report."""
    return _choice("service", "Service", 'tandem:instances:count{namespace=~"$namespace"}', "service_name")


def promises() -> QueryVariable:
    """Return the choice of SLOs."""
    return _choice("slo", "Promise", "slo:objective:ratio", "slo")


def _choice(name: str, label: str, series: str = "tandem:instances:count", of: str = "") -> QueryVariable:
    return (
        QueryVariable(name)
        .label(label)
        .query({"query": f"label_values({series}, {of or name})", "refId": name})
        .datasource(METRICS)
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(models.VariableOption(text="All", value="$__all", selected=True))
    )


def _sources() -> Sequence[DatasourceVariable]:
    return (
        DatasourceVariable("metrics").label("Metrics").type("prometheus"),
        # Whoever has neither sees no difference but that links to them lead nowhere.
        DatasourceVariable("traces").label("Traces").type("tempo").hide(models.VariableHide.HIDE_VARIABLE),
        DatasourceVariable("logs").label("Logs").type("loki").hide(models.VariableHide.HIDE_VARIABLE),
    )


def _alerts() -> AnnotationQuery:
    return (
        AnnotationQuery()
        .name("Alerts")
        .datasource(METRICS)
        .enable(True)
        .icon_color("red")
        .target(Dataquery().ref_id("alerts").expr(FIRING))
        .expr(FIRING)
        .title_format("{{alertname}}")
        .tag_keys("service_name,namespace,slo")
    )
