"""The words that scripts in the browser need, so that none stands in them."""

import json
from collections.abc import Callable, Mapping
from functools import cache

from tertulia.render import texts
from tertulia.render.environment import locale, translations


@cache
def as_json(language: str) -> str:
    """Write the words that the browser needs, as JSON: counts by plural category, `{n}` for the number."""
    words = translations(language)
    told = {
        "posted": texts.state(language, "posted"),
        "held": texts.state(language, "held"),
        "edited": texts.state(language, "edited"),
        "withdrawn": texts.state(language, "withdrawn"),
        "refused": texts.gettext("Not posted:", language),
        "again": texts.gettext("Post it as it is", language),
        "confirm_withdraw": texts.gettext("Withdraw this comment? Its place stays, its text goes.", language),
        "collapse": texts.gettext("Collapse", language),
        "expand": texts.gettext("Expand", language),
        "loading": texts.gettext("Loading …", language),
        "failed": texts.gettext("This did not load. Try again?", language),
        "offline": texts.gettext("You are offline. Your text is kept.", language),
        "unseen": texts.gettext("New", language),
        "draft_kept": texts.gettext("Your draft is kept in this browser.", language),
        "edit": texts.gettext("Edit", language),
        "withdraw": texts.gettext("Withdraw", language),
        "mute": texts.gettext("Mute", language),
        "unmute": texts.gettext("Unmute", language),
        "muted": texts.gettext("Muted – show", language),
        "unfolded": texts.gettext("Muted – hide", language),
        "quote_story": texts.gettext("Quote in a comment", language),
        "count": _plurals(language, lambda n: words.ngettext("%(n)s comment", "%(n)s comments", n)),
        "new": _plurals(language, lambda n: words.ngettext("%(n)s new comment", "%(n)s new comments", n)),
        "left": _plurals(
            language, lambda n: words.ngettext("%(n)s character left", "%(n)s characters left", n)
        ),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _plurals(language: str, form_of: Callable[[int], str]) -> Mapping[str, str]:
    """Give every plural form of a message under its CLDR category, as `Intl.PluralRules` names it."""
    category_of = locale(language).plural_form
    samples = {category_of(count): count for count in range(200, -1, -1)}
    return {category: form_of(count) % {"n": "{n}"} for category, count in sorted(samples.items())}
