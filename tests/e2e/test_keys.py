"""Names that come from elsewhere are only names: nothing of them reaches what all objects share."""

import json

from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment, press

STORIES = {"keys-of-objects": discussions.small()}
EVIL = '{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": "yes"}}}'


def is_polluted(page: Page) -> bool:
    return bool(page.evaluate("'polluted' in {} || 'polluted' in Object || 'polluted' in Object.prototype"))


def test_what_lies_in_the_storage_changes_no_other_object(house: House, reader: Reader) -> None:
    page = reader()
    page.add_init_script(
        f"for (const name of ['drafts', 'folded', 'seen']) localStorage[`tertulia.${{name}}`] = {json.dumps(EVIL)}"
    )
    page.goto(house.discussion("keys-of-objects"))
    looking.ready(page)
    press(page.locator(".tt-head"), "write")
    page.locator("[name=body]").fill("A draft among strange names.")

    assert not is_polluted(page)
    looking.write(page, "Written among strange names.")
    expect(comment(page, "Written among strange names.")).to_be_visible()
    assert not is_polluted(page)


def test_what_the_server_answers_changes_no_other_object(house: House, reader: Reader) -> None:
    page = reader()
    page.route(
        "**/mine?*",
        lambda route: route.fulfill(
            content_type="application/json",
            body='{"name": "", "account": {"__proto__": {"polluted": "yes"}}, "held": [], '
            '"own": [{"id": "__proto__", "edit_until": "2040-01-01T00:00:00Z"}]}',
        ),
    )
    with page.expect_response("**/mine?*"):
        page.goto(house.discussion("keys-of-objects"))
    looking.ready(page)

    assert not is_polluted(page)
