"""What this process counts about its own requests, in Prometheus' format."""

from collections.abc import Iterator
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tertulia.web.cache import PageCache
from tertulia.web.workers import Workers

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """A registry of its own, so that two applications in one process do not meet."""

    def __init__(self, cache: PageCache, workers: Workers) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tertulia_requests",
            "Requests answered by a route, without those that the page cache answered at once.",
            ["route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "tertulia_request_seconds",
            "Time until an answer began.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._counted: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._registry.register(_Readings(cache, workers))

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        # Finding a child by its labels costs more than counting.
        counted = self._counted.get((route, status))
        if counted is None:
            counted = self._requests.labels(route, str(status)), self._seconds.labels(route)
            self._counted[route, status] = counted
        counted[0].inc()
        counted[1].observe(seconds)

    def text(self) -> bytes:
        """Write all figures: ours, and those the other floors count for the whole process."""
        return generate_latest(self._registry) + generate_latest(REGISTRY)


class _Readings(Collector):
    """Figures that others keep anyway: the hot path only adds to an integer."""

    def __init__(self, cache: PageCache, workers: Workers) -> None:
        self._cache = cache
        self._workers = workers

    def collect(self) -> Iterator[Metric]:
        cache, workers = self._cache, self._workers
        hits = CounterMetricFamily("tertulia_page_cache", "Public pages and fragments.", labels=["outcome"])
        for outcome, value in cache.outcomes().items():
            hits.add_metric([outcome], value)
        yield hits
        yield GaugeMetricFamily("tertulia_page_cache_bytes", "Memory of rendered pages.", cache.size)
        yield GaugeMetricFamily(
            "tertulia_threads_busy", "Requests in threads.", workers.inside - workers.waiting
        )
        yield GaugeMetricFamily("tertulia_threads_waiting", "Requests that wait for one.", workers.waiting)
