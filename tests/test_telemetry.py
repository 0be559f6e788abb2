"""What a log line holds, and what it never does."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from tertulia import telemetry


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = False
    structlog.reset_defaults()


def test_machines_get_one_object_per_line(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.set_up(log_format="json")

    structlog.get_logger().info("comment.held", comment="38g2y43ytn8qq", reasons=["links"])
    logging.getLogger("uvicorn.error").warning("a library's %s", "word")

    ours, theirs = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (ours["event"], ours["comment"], ours["level"]) == ("comment.held", "38g2y43ytn8qq", "info")
    assert theirs["event"] == "a library's word"
    assert ours["timestamp"].endswith("Z")


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("field", sorted(telemetry.PRIVATE))
def test_private_fields_are_withheld(field: str, log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.set_up(log_format=log_format)

    structlog.get_logger().info("slip", **{field: "198.51.100.7 said hush"})
    logging.getLogger("library").warning("slip", extra={} if field == "name" else {field: "hush"})

    said = capsys.readouterr().err
    assert "slip" in said
    assert "hush" not in said


def test_bug_is_logged_without_the_values_around_it(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.set_up(log_format="console")

    def fail(body: str) -> None:
        raise RuntimeError(len(body))

    try:
        fail("dear diary")
    except RuntimeError:
        structlog.get_logger().exception("job.failed", task="count")

    said = capsys.readouterr().err
    assert "RuntimeError: 10" in said
    assert "dear diary" not in said.replace('fail("dear diary")', "")


def test_json_traceback_holds_no_local_values(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.set_up(log_format="json")

    def fail(body: str) -> None:
        raise RuntimeError(len(body))

    words = "dear " + "diary"
    try:
        fail(words)
    except RuntimeError:
        structlog.get_logger().exception("job.failed", task="count")

    assert "dear diary" not in capsys.readouterr().err


def test_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.set_up(level="warning")

    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")

    said = capsys.readouterr().err
    assert "loud" in said
    assert "quiet" not in said


def test_requests_are_not_logged_with_their_addresses() -> None:
    telemetry.set_up()

    assert logging.getLogger("uvicorn.access").disabled
