"""The kinds of instruments; each is declared once in `common.instruments` and does nothing until it is bound."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Meter, Observation

Attributes = Mapping[str, str | int]
Read = Callable[[], Iterable[tuple[float, Attributes]]]

# Seconds; the top is the longest deadline of a write.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_UNITS = {"s": "_seconds", "By": "_bytes"}


class Instrument:
    """One instrument; `attributes` are all it may ever be recorded with, each of few values and about no person."""

    series_suffixes: tuple[str, ...] = ("",)

    def __init__(self, name: str, unit: str, description: str, attributes: Sequence[str] = ()) -> None:
        self.name = name
        self.unit = unit
        self.description = description
        self.attributes = tuple(attributes)

    @property
    def exposed_name(self) -> str:
        """Return the name under which Prometheus knows it, without a series' suffix."""
        return self.name.replace(".", "_") + _UNITS.get(self.unit, "")

    @property
    def series(self) -> tuple[str, ...]:
        """Return the names of its series in Prometheus."""
        return tuple(self.exposed_name + suffix for suffix in self.series_suffixes)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return its attributes as Prometheus labels."""
        return tuple(each.replace(".", "_") for each in self.attributes)

    def bind(self, meter: Meter) -> None:
        """Record into this meter from now on."""
        raise NotImplementedError

    def unbind(self) -> None:
        """Record nowhere, and forget what is read."""
        raise NotImplementedError


class Histogram(Instrument):
    """A distribution of durations, in seconds; an exemplar is kept where the span under way is sampled."""

    series_suffixes = ("_bucket", "_count", "_sum")

    def __init__(
        self,
        name: str,
        description: str,
        attributes: Sequence[str] = (),
        *,
        buckets: Sequence[float] = BUCKETS,
    ) -> None:
        super().__init__(name, "s", description, attributes)
        self.buckets = buckets
        self._into: metrics.Histogram | None = None

    def record(self, seconds: float, attributes: Attributes) -> None:
        """Record one duration."""
        if self._into is not None:
            self._into.record(seconds, attributes)

    def bind(self, meter: Meter) -> None:
        """Record into this meter from now on."""
        self._into = meter.create_histogram(
            self.name, self.unit, self.description, explicit_bucket_boundaries_advisory=self.buckets
        )

    def unbind(self) -> None:
        """Record nowhere."""
        self._into = None


class Counter(Instrument):
    """A count that only rises."""

    series_suffixes = ("_total",)

    def __init__(self, name: str, unit: str, description: str, attributes: Sequence[str] = ()) -> None:
        super().__init__(name, unit, description, attributes)
        self._into: metrics.Counter | None = None

    def begin(self, attributes: Attributes | None = None) -> None:
        """Count from zero, so that the first event is seen as a rise."""
        self.add(0, attributes)

    def add(self, amount: int, attributes: Attributes | None = None) -> None:
        """Count `amount` more."""
        if self._into is not None:
            self._into.add(amount, attributes)

    def bind(self, meter: Meter) -> None:
        """Record into this meter from now on."""
        self._into = meter.create_counter(self.name, self.unit, self.description)

    def unbind(self) -> None:
        """Record nowhere."""
        self._into = None


class Observed(Instrument):
    """A level that is read whenever telemetry is collected; the readers must be cheap and may run in any thread."""

    def __init__(self, name: str, unit: str, description: str, attributes: Sequence[str] = ()) -> None:
        super().__init__(name, unit, description, attributes)
        self._reads: list[Read] = []

    def watch(self, read: Read) -> None:
        """Collect what `read` returns, too: values with their attributes; none where there is nothing to say."""
        self._reads.append(read)

    def bind(self, meter: Meter) -> None:
        """Be collected by this meter from now on."""
        meter.create_observable_gauge(self.name, [self._observe], self.unit, self.description)

    def unbind(self) -> None:
        """Forget what is read."""
        self._reads.clear()

    def _observe(self, _: CallbackOptions) -> Iterable[Observation]:
        return [Observation(value, attributes) for read in self._reads for value, attributes in read()]


class ObservedCounter(Observed):
    """A total that somebody else counts, read whenever telemetry is collected."""

    series_suffixes = ("_total",)

    def bind(self, meter: Meter) -> None:
        """Be collected by this meter from now on."""
        meter.create_observable_counter(self.name, [self._observe], self.unit, self.description)
