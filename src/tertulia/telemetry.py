"""Logging set-up and the definitions of metrics. No logic: whoever does something counts it.

Logs hold event names, ids and facts. What people write, who they are and what lets them in stays out, by the
habit of those who log and, should they slip, by a filter here.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from prometheus_client import Counter, Gauge, Histogram

PRIVATE: Final = frozenset(
    {
        "address",
        "authorization",
        "body",
        "cookie",
        "email",
        "guest",
        "html",
        "ip",
        "key",
        "name",
        "network",
        "password",
        "secret",
        "source",
        "text",
        "title",
        "token",
        "url",
        "user_agent",
    }
)
"""Fields that are never logged, whoever tries."""

LISTENERS: Final = Gauge("tertulia_listeners", "Open live streams.")
NUDGES_HEARD: Final = Counter(
    "tertulia_nudges_total", "Nudges that reached this process, by name.", ["nudge"]
)
REFETCHES: Final = Counter(
    "tertulia_refetches_total", "Slow listeners that were told to look anew instead of being told each nudge."
)
BUS_LOSSES: Final = Counter("tertulia_bus_losses_total", "Times the connection to Valkey was lost.")
EVENTS: Final = Counter("tertulia_events_total", "Events relayed, by name.", ["event"])
RELAY_LAG: Final = Histogram(
    "tertulia_relay_lag_seconds",
    "Time from an event to its relay.",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300),
)
JOBS: Final = Counter(
    "tertulia_jobs_total",
    "Jobs by task and what became of them: finished, retried or parked.",
    ["task", "end"],
)
JOB_SECONDS: Final = Histogram(
    "tertulia_job_seconds", "Time a task takes.", ["task"], buckets=(0.01, 0.1, 0.5, 1, 5, 30, 120, 300)
)


def set_up(*, log_format: str = "console", level: str = "info") -> None:
    """Send our logs and those of libraries to standard error, for people (`console`) or machines (`json`)."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        withhold,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared], processors=_last(log_format)
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_number(level))
    # One line per request with the reader's address: the metrics count requests without it.
    logging.getLogger("uvicorn.access").disabled = True


def withhold(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take the values of private fields out of a log line; the slip itself stays visible."""
    for name in PRIVATE & fields.keys():
        fields[name] = "(withheld)"
    return fields


def _last(log_format: str) -> list[structlog.types.Processor]:
    # Tracebacks without local variables in either form: those hold people's words.
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if log_format == "json":
        tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [
            strip,
            structlog.processors.ExceptionRenderer(tracebacks),
            structlog.processors.JSONRenderer(),
        ]
    colours = sys.stderr.isatty()
    pretty = structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)
    return [strip, pretty]


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]
