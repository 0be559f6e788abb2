"""The log of decisions as a page, for everybody or at the desk."""

from collections.abc import Sequence

from tertulia.domain.moderation import Reason
from tertulia.domain.public_log import KINDS, Logged, LogPage, Narrowed
from tertulia.render import addresses, environment, sentences, texts
from tertulia.render.desk import Frame, frame
from tertulia.render.look import Look
from tertulia.render.people import own_page

PATH = "/log"
DESK_PATH = "/desk/log"


def show(look: Look, page: LogPage, wanted: Narrowed, sections: Sequence[str], *, is_first: bool) -> str:
    """Show the log to everybody."""
    return own_page(
        look,
        "log.html",
        feed_href=feed_address(look, wanted),
        **_content(look, page, wanted, sections, path=PATH, is_first=is_first),
    )


def at_desk(
    look: Look, at: Frame, page: LogPage | None, wanted: Narrowed, sections: Sequence[str], *, is_first: bool
) -> str:
    """Show the log to moderators; without a page, say that the site keeps none."""
    shown = page or LogPage(entries=(), next_before=None)
    return environment.render(
        look.language,
        "desk/log.html",
        **frame(look, at),
        is_off=page is None,
        **_content(look, shown, wanted, sections, path=DESK_PATH, is_first=is_first),
    )


def feed_address(look: Look, wanted: Narrowed) -> str:
    """Address the feed of what is shown."""
    return addresses.site(look, f"{PATH}/feed", **_query(wanted))


def words(language: str, of: Logged) -> str:
    """Say what was done, to nobody in particular."""
    return texts.logged(language, of.kind)


def why(language: str, of: Logged) -> str:
    """Name the reason class; empty where there is none."""
    return texts.reason(language, of.reason) if of.reason else ""


def _content(
    look: Look, page: LogPage, wanted: Narrowed, sections: Sequence[str], *, path: str, is_first: bool
) -> dict[str, object]:
    language, query = look.language, _query(wanted)
    return {
        "entries": [_entry(look, each) for each in page.entries],
        "wanted": wanted,
        "kinds": [(code, texts.logged(language, code)) for code in KINDS],
        "reasons": [(code.value, texts.reason(language, code)) for code in Reason],
        "sections": sections,
        "action": f"{addresses.root(look)}{path}",
        "first_href": "" if is_first else addresses.site(look, path, **query),
        "next_href": addresses.site(look, path, before=str(page.next_before), **query)
        if page.next_before is not None
        else "",
    }


def _entry(look: Look, of: Logged) -> dict[str, object]:
    language = look.language
    return {
        "number": of.number,
        "made_at": of.made_at,
        "what": words(language, of),
        "why": why(language, of),
        "section": of.section,
        "is_unlawful": of.is_unlawful,
        "by": texts.by_whom(language, is_person=of.is_by_person),
        "source": texts.source(language, of.source) if of.source in sentences.SOURCES else "",
        "ends_at": of.ends_at,
        "version": of.policy_version,
    }


def _query(wanted: Narrowed) -> dict[str, str]:
    return {
        "kind": wanted.kind,
        "reason": wanted.reason,
        "section": wanted.section,
        "month": wanted.month,
    }
