"""The registry: every instrument there is. Dashboards, alerts and tests take names and attributes from here.

Names follow OpenTelemetry's semantic conventions where those have one, and begin with `tandem.` otherwise; in
Prometheus they are `Instrument.series`. No attribute may hold anything about a person, a tenant or a single object.
"""

from opentelemetry.metrics import Meter

from common.instrument_kinds import Counter, Histogram, Instrument, Observed, ObservedCounter

_FAILURE = "error.type"

HTTP_SERVER = Histogram(
    "http.server.request.duration",
    "Time to answer an HTTP request; of an event stream, to begin the answer.",
    ("http.request.method", "url.scheme", "http.route", "http.response.status_code", _FAILURE),
)
RPC_SERVER = Histogram(
    "rpc.server.call.duration",
    "Time to answer a gRPC call.",
    ("rpc.system.name", "rpc.method", "rpc.response.status_code", _FAILURE),
)
RPC_CLIENT = Histogram(
    "rpc.client.call.duration",
    "Time until a gRPC call was answered; server.address is the callee's name.",
    ("rpc.system.name", "rpc.method", "rpc.response.status_code", "server.address", _FAILURE),
)
MESSAGING_SEND = Histogram(
    "messaging.client.operation.duration",
    "Time until the broker acknowledged a published event.",
    ("messaging.system", "messaging.operation.name", "messaging.destination.name", _FAILURE),
)
MESSAGING_PROCESS = Histogram(
    "messaging.process.duration",
    "Time to react to an event, its commit included; error.type where the attempt failed.",
    (
        *("messaging.system", "messaging.operation.name"),
        *("messaging.destination.name", "messaging.consumer.group.name", _FAILURE),
    ),
)
EVENT_DELAY = Histogram(
    "tandem.event.delay",
    "Time from an event's commit at its source until its reaction was committed here; real time.",
    ("source",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0),
)
DATABASE = Histogram(
    "db.client.operation.duration",
    "Time of a transaction, from taking a connection to the commit.",
    ("db.system.name", "db.namespace", "db.operation.name", _FAILURE),
)
POOL_USE = Observed(
    "db.client.connection.count",
    "{connection}",
    "Database connections that are open.",
    ("db.client.connection.pool.name", "db.client.connection.state"),
)
POOL_MAX = Observed(
    "db.client.connection.max",
    "{connection}",
    "Database connections that may be open at most.",
    ("db.client.connection.pool.name",),
)
OUTBOX_PENDING = Observed("tandem.outbox.pending", "{row}", "Committed events not yet published; counted to 100000.")
OUTBOX_AGE = Observed("tandem.outbox.oldest_age", "s", "Age of the oldest event not yet published; 0 if there is none.")
OUTBOX_REPUBLISHED = Counter(
    "tandem.outbox.republished", "{event}", "Acknowledged events that the broker had lost and that are sent again."
)
CONSUMER_PENDING = Observed(
    "tandem.consumer.pending", "{event}", "Events of a source not yet delivered to this service.", ("source",)
)
CONSUMER_ACK_PENDING = Observed(
    "tandem.consumer.ack_pending", "{event}", "Events of a source delivered, but not yet acknowledged.", ("source",)
)
CONSUMER_REDELIVERED = Counter(
    "tandem.consumer.redelivered", "{event}", "Deliveries of an event that had been delivered before.", ("source",)
)
DEAD_LETTERS = Observed("tandem.dead_letters", "{event}", "Events laid aside that nobody has resolved yet.")
DUE_OVERDUE_AGE = Observed(
    "tandem.due.overdue_age", "s", "How long the oldest deadline has been due, by real time; 0 if none is."
)
OPERATIONS_PENDING = Observed("tandem.operations.pending", "{operation}", "Operations that wait or run.")
AUDIT_UNCHAINED = Observed("tandem.audit.unchained", "{row}", "Audit rows not yet in their chain; counted to 100000.")
# Not of unit 1: Prometheus would call it a ratio where it comes by OTLP.
BROKER_CONNECTED = Observed("tandem.broker.connected", "{connection}", "1 while the broker is connected, else 0.")
IDENTITY_PROVIDER_FAILURES = Counter(
    "tandem.identity_provider.failures", "{fetch}", "An issuer's public keys could not be fetched."
)
WORKLOAD_REFUSED = Counter(
    "tandem.workload.refused",
    "{call}",
    "gRPC calls refused because of the calling workload, by the caller it said it was.",
    ("caller", _FAILURE),
)
CREDENTIAL_EXPIRES_AT = Observed(
    "tandem.credential.expires_at", "s", "When a credential of this process expires, Unix time.", ("credential",)
)
MAIL_TRIES = Counter(
    "tandem.mail.tries", "{try}", "Tries to hand a mail to the mail server, by how they ended.", ("outcome",)
)
EVENT_LOOP_LAG = Histogram(
    "tandem.event_loop.lag",
    "How much later than asked the event loop woke a sleeper.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
PROCESS_CPU = ObservedCounter("process.cpu.time", "s", "CPU time of the process, user and system together.")
PROCESS_MEMORY = Observed("process.memory.usage", "By", "Resident memory of the process.")
GC_COLLECTIONS = ObservedCounter(
    "cpython.gc.collections", "{collection}", "Runs of the garbage collector.", ("cpython.gc.generation",)
)

REGISTRY: tuple[Instrument, ...] = tuple(each for each in list(globals().values()) if isinstance(each, Instrument))


def bind_instruments(meter: Meter) -> None:
    """Make all instruments record into the meter."""
    for each in REGISTRY:
        each.bind(meter)


def unbind_instruments() -> None:
    """Make all instruments record nowhere; for the end of a process, and of a test."""
    for each in REGISTRY:
        each.unbind()
