"""Atom feeds (RFC 4287): of replies to one reader, and of the log of decisions."""

import re
import uuid
from datetime import datetime
from typing import Final

# Feeds are written with it; nothing is read.
from xml.etree.ElementTree import Element, SubElement, tostring  # nosec B405

from tertulia.domain import ids
from tertulia.domain.conversations import Answer, Feed
from tertulia.domain.public_log import LogPage, Narrowed
from tertulia.render import addresses, environment, public_log, rows, texts
from tertulia.render.conversations import PATH, feed_address
from tertulia.render.look import Look

MEDIA_TYPE: Final = "application/atom+xml"
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def replies(look: Look, feed: Feed, token: str) -> bytes:
    """Write the feed. Equal looks and equal content give equal bytes."""
    root = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": look.language})
    title = texts.gettext("Replies to you · %(site)s", look.language, site=look.site.name)
    _add(root, "id", _urn(f"{addresses.root(look)}/feed-of/{ids.encode(feed.owner)}"))
    _add(root, "title", title)
    _add(root, "updated", environment.iso(feed.updated_at))
    _name(root, look.site.name)
    _link(root, "self", feed_address(look, token), MEDIA_TYPE)
    _link(root, "alternate", addresses.site(look, PATH), "text/html")
    for answer in feed.answers:
        _entry(look, root, answer)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def log(look: Look, page: LogPage, wanted: Narrowed, *, since: datetime) -> bytes:
    """Write the log of decisions; `since` is told where it is empty. Days only: nobody is to be found by the minute."""
    root = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": look.language})
    newest = page.entries[0].made_at if page.entries else since
    address = public_log.feed_address(look, wanted)
    _add(root, "id", _urn(address))
    _add(root, "title", texts.gettext("Decisions · %(site)s", look.language, site=look.site.name))
    _add(root, "updated", _day(newest))
    _name(root, look.site.name)
    _link(root, "self", address, MEDIA_TYPE)
    _link(root, "alternate", addresses.site(look, public_log.PATH), "text/html")
    for each in page.entries:
        entry = SubElement(root, "entry")
        _add(entry, "id", _urn(f"{addresses.root(look)}/log/{each.number}"))
        why = public_log.why(look.language, each)
        what = public_log.words(look.language, each)
        _add(entry, "title", f"{what}: {why}" if why else what)
        _add(entry, "updated", _day(each.made_at))
        _link(entry, "alternate", f"{addresses.site(look, public_log.PATH)}#entry-{each.number}", "text/html")
        if each.section:
            SubElement(entry, "category", {"term": each.section})
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _day(moment: datetime) -> str:
    return environment.iso(moment.replace(hour=0, minute=0, second=0, microsecond=0))


def _entry(look: Look, root: Element, answer: Answer) -> None:
    reply, story = answer.reply, answer.story
    name = reply.author.name or texts.gettext("name not known", look.language)
    title = texts.gettext(
        "%(name)s replied to you: %(story)s", look.language, name=name, story=story.title or story.url
    )
    entry = SubElement(root, "entry")
    _add(entry, "id", _urn(f"{addresses.root(look)}/c/{rows.encoded(reply.id)}"))
    _add(entry, "title", title)
    _add(entry, "published", environment.iso(reply.published_at))
    _add(entry, "updated", environment.iso(reply.edited_at or reply.published_at))
    _name(entry, name)
    _link(entry, "alternate", addresses.comment(look, reply), "text/html")
    # As `type="html"` the markup is text to this document: whoever reads the feed cleans it again.
    content = _add(entry, "content", str(rows.body(addresses.root(look), reply.html)))
    content.set("type", "html")
    if reply.language:
        content.set("xml:lang", reply.language)


def _urn(address: str) -> str:
    """Give an id that stays, whatever language an address is asked in."""
    return uuid.uuid5(uuid.NAMESPACE_URL, address).urn


def _name(parent: Element, name: str) -> None:
    _add(SubElement(parent, "author"), "name", name)


def _link(parent: Element, rel: str, href: str, media_type: str) -> None:
    SubElement(parent, "link", {"rel": rel, "href": href, "type": media_type})


def _add(parent: Element, name: str, text: str) -> Element:
    made = SubElement(parent, name)
    made.text = _NO_XML.sub("", text)
    return made
