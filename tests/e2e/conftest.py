"""Readers in real browsers, and the servers they visit."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.e2e import discussions, looking
from tests.e2e import house as houses
from tests.e2e.discussions import Written
from tests.e2e.house import House

HERE = str(Path(__file__).parent)
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)

Reader = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if str(item.path).startswith(HERE):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def house(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[House]:
    """One server on SQLite for all journeys. Each has a story of its own, from its module's `STORIES`."""
    folder = tmp_path_factory.mktemp("house")
    database = folder / "tertulia.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    with houses.opened(f"sqlite:///{database}", folder) as (only,):
        discussions.load(only, _stories(request.session))
        yield only


def _stories(session: pytest.Session) -> dict[str, list[Written]]:
    """Gather the discussions that the run's modules ask for: one import is much quicker than one each."""
    modules = {item.module for item in session.items if isinstance(item, pytest.Function)}
    asked = [getattr(module, "STORIES", {}) for module in modules if module.__file__.startswith(HERE)]
    return {path: written for stories in asked for path, written in stories.items()}


@pytest.fixture
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Open a page as somebody new: a browser profile of their own, with any of Playwright's context options."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def arrive(**options: Any) -> Page:
        context = browser.new_context(
            **{"viewport": {"width": 1200, "height": 900}, "locale": "en-GB", **options}
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        return page

    yield arrive
    for number, context in enumerate(contexts):
        looking.picture(context.pages[0], f"last-{request.node.name}-{number}")
        context.close()
    assert not complaints, "\n".join(complaints)


def _complaint(message: ConsoleMessage) -> list[str]:
    """A refusal is an answer, not a fault; the browser notes its status all the same."""
    is_answer = message.text.startswith("Failed to load resource: the server responded with a status of")
    if message.type not in ("error", "warning") or is_answer:
        return []
    return [f"{message.location}: {message.text}"]
