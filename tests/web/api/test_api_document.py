"""The API's description: complete, true (Schemathesis asks everything it promises), and readable."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from selectolax.lexbor import LexborHTMLParser
from starlette.applications import Starlette
from starlette.routing import Route

from tertulia.domain.errors import TertuliaError
from tertulia.web import openapi
from tertulia.web.api import refusals
from tertulia.web.api.table import TABLE
from tests.web.api import house
from tests.web.api.house import House

EXAMPLES = 5
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def document(sqlite_database: str) -> Iterator[Any]:
    with house.opened(sqlite_database) as api:
        yield api.client.get(openapi.DOCUMENT_PATH).json()


def all_routes(application: Any) -> list[Route]:
    """The route table, from below the layers around it."""
    while not isinstance(application, Starlette):
        application = application._app  # noqa: SLF001 - the layers keep to themselves what they wrap
    return [route for route in application.routes if isinstance(route, Route)]


def all_refusals(kind: type[TertuliaError] = TertuliaError) -> set[type[TertuliaError]]:
    below = [all_refusals(each) for each in kind.__subclasses__()]
    return {kind}.union(*below)


def test_every_route_below_api_is_described_and_nothing_else(sqlite_database: str) -> None:
    with house.opened(sqlite_database) as api:
        routed = {
            (route.path, method)
            for route in all_routes(api.client.app)
            if route.path.startswith("/api")
            for method in (route.methods or set()) & METHODS
        }
        described = {
            (path, method.upper())
            for path, methods in api.client.get(openapi.DOCUMENT_PATH).json()["paths"].items()
            for method in methods
        }

    assert routed == described
    assert len(routed) > 15


def test_every_code_of_an_answer_is_explained(document: Any) -> None:
    named = {
        code.strip("`, ")
        for methods in document["paths"].values()
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if status not in ("200", "201", "304", "503")
        for code in answer["description"].split(", ")
    }

    assert named == set(document["x-codes"])
    assert all(each["description"] for each in document["x-codes"].values())


def test_codes_are_unique_among_refusals(document: Any) -> None:
    declared = [each for each in all_refusals() if each.code in document["x-codes"]]

    assert len({each.code for each in declared}) == len(document["x-codes"])


def test_every_operation_declares_what_its_kind_refuses() -> None:
    for operation in TABLE:
        declared = {error for listed in openapi.refusals_of(operation).values() for error in listed}

        assert set(refusals.common(operation)) <= declared


def test_page_shows_every_operation_type_and_code(sqlite_database: str) -> None:
    with house.opened(sqlite_database) as api:
        document = api.client.get(openapi.DOCUMENT_PATH).json()
        answer = api.client.get(openapi.PAGE_PATH)

    page = LexborHTMLParser(answer.text)
    anchors = {node.attributes["id"] for node in page.css("[id]")}
    links = {str(node.attributes["href"]) for node in page.css("a[href^='#']")}
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert {
        each["operationId"] for methods in document["paths"].values() for each in methods.values()
    } <= anchors
    assert {f"error-{code}" for code in document["x-codes"]} <= anchors
    assert {f"type-{name}" for name in document["components"]["schemas"]} <= anchors
    assert {link.removeprefix("#") for link in links} <= anchors
    assert not page.css("script")


def test_every_answer_about_what_there_is_is_one_that_is_described(database: str) -> None:
    with house.opened(database) as api:
        mine = api.post("Top", guest=api.guest)
        api.post("Reply", parent=mine["id"])

        answered, faults = ask_everything(api, {"path.story": mine["story"], "path.comment": mine["id"]})

    assert not faults, "\n\n".join(faults)
    assert answered > 200


# What does not exist is refused before the database has a say of its own: one of the two is enough.
def test_every_answer_about_what_is_made_up_is_one_that_is_described(sqlite_database: str) -> None:
    with house.opened(sqlite_database) as api:
        api.post("Reply", parent=api.post("Top", guest=api.guest)["id"])

        # Ids by the pattern take long to make up, and each new one says the same.
        answered, faults = ask_everything(api, {}, examples=2)

    assert not faults, "\n\n".join(faults)
    assert answered > 200


def ask_everything(api: House, known: dict[str, str], *, examples: int = EXAMPLES) -> tuple[int, list[str]]:
    """Let Schemathesis ask; give how many answers were checked, and what was wrong with them."""
    # What is needed to get beyond the door; all else Schemathesis makes up, well and badly.
    known = {"path.site": "paper", "header.Tertulia-Guest": api.guest} | known
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "continue-on-failure": True,
            "parameters": known,
            "generation": {"max-examples": examples, "deterministic": True, "database": "none"},
            "phases": {"stateful": {"enabled": False}},
            # 422: well formed, and against a limit that each site sets for itself.
            "checks": {
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", "3xx", "403", "404", "409", "422", "429"]
                },
                # 413: so long that it is refused before it is looked at.
                "negative_data_rejection": {
                    "expected-statuses": ["400", "403", "404", "405", "409", "413", "415", "422", "429"]
                },
            },
        }
    )
    schema = schemathesis.openapi.from_asgi(openapi.DOCUMENT_PATH, api.client.app, config=config)
    answered, faults = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            answered += len(event.recorder.interactions)
            faults += [
                f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info is not None
            ]
        if isinstance(event, NonFatalError | FatalError):
            faults.append(str(event))
    return answered, faults
