"""Moving over: the author of imported words signs in with the address of old and makes them their own."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import SITE, House
from tests.e2e.looking import comment
from tests.e2e.test_sign_in import prove

STORIES = {"second-browser": discussions.small()}
BLOG = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><link>{host}</link><item>
<title>The old harbour</title><link>{story}</link><wp:post_id>7</wp:post_id>{comments}
</item></channel></rss>"""
COMMENT = """<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>{name}</wp:comment_author>
<wp:comment_author_email>{email}</wp:comment_author_email>
<wp:comment_date_gmt>2014-05-0{day} 12:00:00</wp:comment_date_gmt>
<wp:comment_content><![CDATA[{text}]]></wp:comment_content><wp:comment_approved>1</wp:comment_approved>
<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>"""


def move_over(house: House, folder: Path, path: str, *, site: str = SITE) -> None:
    """Import what a blog exports: two comments of one author, and an answer of another."""
    told = [
        ("1", "Nora of Old", f"Nora.{path.title()}@example.org", "The crane was red.", "0"),
        ("2", "Somebody", f"else.{path}@example.org", "It was never red.", "1"),
        ("3", "Nora of Old", f"nora.{path}@example.org", "I have a picture of it.", "2"),
    ]
    comments = [
        COMMENT.format(number=number, name=name, email=email, day=number, text=text, parent=parent)
        for number, name, email, text, parent in told
    ]
    file = folder / f"{path}.xml"
    file.write_text(BLOG.format(host=house.host, story=house.story(path), comments="".join(comments)))
    house.run("import", str(file), "--site", site, "--source", path)


def own_page(house: House, page: Page, address: str, *, site: str = SITE) -> None:
    page.goto(f"{house.base}/{site}/sign-in")
    prove(house, page, address)
    expect(page.locator(".tt-me")).to_contain_text(address)


def test_sign_in_with_the_address_of_old_and_make_one_s_words_one_s_own(
    house: House, reader: Reader, tmp_path: Path
) -> None:
    move_over(house, tmp_path, "moved")
    page = reader()
    page.goto(house.discussion("moved"))
    expect(page.locator(".tt-author").first).to_have_text("Nora of Old")

    own_page(house, page, "nora.moved@example.org")
    found = page.locator("form[action$='/me/earlier']")
    expect(found).to_contain_text("Nora of Old · 2 comments, since May 1, 2014")
    looking.picture(page, "earlier", full=True)
    page.locator("form[action$='/me/name'] [name=name]").fill("Nora the Elder")
    page.locator("form[action$='/me/name'] button").click()
    expect(page.locator(".tt-me .tt-state")).to_contain_text("changed")
    found.get_by_role("button", name="Make them mine").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tt-me .tt-state")).to_have_text("These comments are yours now.")
    expect(found).to_have_count(0)

    page.goto(house.discussion("moved"))
    expect(comment(page, "The crane was red.").locator(".tt-author")).to_have_text("Nora the Elder")
    expect(comment(page, "I have a picture of it.").locator(".tt-author")).to_have_text("Nora the Elder")
    expect(comment(page, "It was never red.").locator(".tt-to")).to_contain_text("Nora the Elder")
    expect(page.get_by_text("Nora of Old")).to_have_count(0)
    looking.picture(page, "moved")
    page.goto(f"{house.base}/{SITE}/me/conversations")
    expect(page.get_by_text("The crane was red.")).to_be_visible()


def test_without_scripts_it_is_a_form_like_others(house: House, reader: Reader, tmp_path: Path) -> None:
    move_over(house, tmp_path, "moved-plainly")
    page = reader(java_script_enabled=False)
    own_page(house, page, "else.moved-plainly@example.org")

    page.locator("form[action$='/me/earlier'] button").click()

    expect(page.locator(".tt-me .tt-state")).to_have_text("These comments are yours now.")
    expect(page.locator("form[action$='/me/name'] [name=name]")).to_have_value("Somebody")


def test_what_a_guest_wrote_in_a_second_browser_becomes_the_account_s(house: House, reader: Reader) -> None:
    first, second = reader(), reader()
    for page, name, words in (
        (first, "Ilse Moor", "Written in the first browser."),
        (second, "Somebody else", "Written in the second browser."),
    ):
        page.goto(house.discussion("second-browser"))
        looking.ready(page)
        page.locator("[data-action=write]").first.click()
        looking.write(page, words, name=name)
        expect(comment(page, words)).to_be_visible()
    own_page(house, first, "ilse@example.org")

    own_page(house, second, "ilse@example.org")

    second.goto(house.discussion("second-browser"))
    looking.ready(second)
    moved = comment(second, "Written in the second browser.")
    expect(moved.locator(".tt-author")).to_have_text("Ilse Moor")
    expect(moved.locator(".tt-guest")).to_have_count(0)
    expect(second.get_by_text("Somebody else")).to_have_count(0)


def test_a_token_is_made_shown_once_and_ended(house: House, reader: Reader) -> None:
    page = reader()
    own_page(house, page, "pia@example.org")
    page.get_by_text("Make a token").click()
    looking.picture(page, "programs", full=True)
    form = page.locator("form[action$='/me/tokens']")
    form.locator("[name=name]").fill("My archive")
    form.get_by_role("button", name="Make the token").click()
    looking.picture(page, "token-made")
    token = page.locator("input[readonly]").input_value()

    asked = f"{house.base}/api/v1/sites/{SITE}/me"
    shown = {"Authorization": f"Bearer {token}"}
    assert page.request.get(asked, headers=shown).json()["kind"] == "account"
    page.get_by_role("link", name="Your account").click()
    made = page.locator(".tt-devices li").filter(has_text="My archive")
    expect(made).to_contain_text("reads only")
    made.get_by_role("button", name="End").click()
    expect(made).to_have_count(0)
    assert page.request.get(asked, headers=shown).status == 401


def test_in_arabic_from_right_to_left(house: House, reader: Reader, tmp_path: Path) -> None:
    page = reader(viewport={"width": 390, "height": 844}, color_scheme="dark")
    move_over(house, tmp_path, "moved-far")
    own_page(house, page, "nora.moved-far@example.org")
    page.goto(f"{house.base}/{SITE}/me?lang=ar")

    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("button", name="اجعلها لي")).to_be_visible()
    looking.picture(page, "earlier-arabic", full=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
