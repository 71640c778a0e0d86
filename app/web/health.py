"""Is it alive, is it ready, how much is there to do."""

import time

from flask import Blueprint, Flask, Response, current_app, g, jsonify
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from app.domain.errors import YongzhiError
from app.usecases.command.check_readiness import check_readiness
from app.usecases.command.measure_load import measure_load
from app.web.identity import allow
from app.web.rooms import current_request, tools

health = Blueprint("health", __name__)
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Meter:
    """The counters of one process of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "yongzhi_requests_total", "Requests answered", ["endpoint", "method", "status"],
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "yongzhi_request_seconds", "Seconds until the answer", ["endpoint"], buckets=_BUCKETS,
            registry=self.registry,
        )  # fmt: skip
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        names = ("open_tasks", "overdue_tasks", "timers_due", "timers_parked", "outbox_waiting",
                 "incidents_open", "calls_waiting", "messages_kept")
        self.load = {
            name: self._gauge(f"yongzhi_{name}", name.replace("_", " ").capitalize()) for name in names
        }
        self.up = self._gauge("yongzhi_database_up", "1 while the database answers")

    def note(self, endpoint: str, method: str, status: int, seconds: float | None) -> None:
        """Count an answer."""
        key = endpoint, method, status
        if key not in self._known:
            self._known[key] = self.requests.labels(endpoint, method, str(status)), self.seconds.labels(endpoint)
        count, span = self._known[key]
        count.inc()
        if seconds is not None:
            span.observe(seconds)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self.registry, multiprocess_mode="mostrecent")

    def exported(self) -> CollectorRegistry:
        """Give the figures of all server processes where they share a folder, otherwise of this one."""
        shared = CollectorRegistry()
        try:
            MultiProcessCollector(shared)
        except ValueError:
            return self.registry
        return shared


def install(app: Flask) -> None:
    """Count every request."""
    meter = app.extensions["yongzhi_meter"] = Meter()

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        sent, began = current_request(), g.get("began")
        seconds = None if began is None else time.perf_counter() - began
        meter.note(sent.endpoint or "none", sent.method, response.status_code, seconds)
        return response


@health.get("/healthz")
@allow("door.open")
def healthz() -> Response:
    """Answer while the process lives."""
    return jsonify(status="ok")


@health.get("/readyz")
@allow("door.open")
def readyz() -> tuple[Response, int]:
    """Say whether work can be done: database, migrations, published processes."""
    found = check_readiness(tools())
    return jsonify(status="ready" if not found.problems else "not ready", database=found.database,
                   migrations=found.migrations, processes=found.processes,
                   problems=list(found.problems)), 503 if found.problems else 200  # fmt: skip


@health.get("/metrics")
@allow("door.open")
def metrics() -> Response:
    """Write the figures as Prometheus reads them."""
    meter: Meter = current_app.extensions["yongzhi_meter"]
    try:
        load = measure_load(tools())
    except YongzhiError:
        meter.up.set(0)
    else:
        meter.up.set(1)
        for name, gauge in meter.load.items():
            gauge.set(getattr(load, name))
    return Response(generate_latest(meter.exported()), mimetype="text/plain; version=0.0.4")
