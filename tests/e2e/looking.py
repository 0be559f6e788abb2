"""What journeys look at and press, named once."""

import os
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

SHOTS = os.environ.get("TERTULIA_SHOTS", "")
"""A folder for a picture of each journey's key state, for people who want to look."""


def comment(page: Page, text: str) -> Locator:
    """Find the comment that says so, alone, without its replies."""
    return page.locator("article.tt-comment").filter(has=page.locator(".tt-body", has_text=text))


def press(within: Locator, action: str) -> None:
    """Press a link or button of a comment or of the discussion's head."""
    within.locator(f"[data-action={action}]").first.click()


def composer(page: Page) -> Locator:
    return page.locator(".tt-composing")


def write(page: Page, body: str, *, name: str = "Nora Lind") -> None:
    """Fill in the open composer, and send it."""
    form = page.locator("form.tt-form")
    expect(form.locator("[name=body]")).to_be_visible()
    if form.locator("[name=name]").is_visible():
        form.locator("[name=name]").fill(name)
    form.locator("[name=body]").fill(body)
    send(page)


def send(page: Page) -> None:
    page.locator("form.tt-form button.tt-first").click()


def ready(page: Page) -> None:
    """Wait until the discussion's scripts have taken over: they alone show what folds."""
    expect(page.locator("section.tt-discussion")).to_be_attached()
    page.wait_for_function(
        """() => {
          const host = document.querySelector("tertulia-discussion");
          const section = (host?.shadowRoot ?? document).querySelector("section.tt-discussion");
          return section && [...section.querySelectorAll("[data-action=collapse]")].every((fold) => !fold.hidden);
        }"""
    )


def listening(page: Page, url: str) -> None:
    """Open a discussion, and wait until news would come."""
    with page.expect_response(re.compile(r"/stream\?")) as stream:
        page.goto(url)
    assert stream.value.status == 200
    ready(page)


def is_wider_than_window(page: Page) -> bool:
    """Whether the page can be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def picture(page: Page, name: str, *, full: bool = False) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=full)
