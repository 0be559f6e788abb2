"""What one chooses for oneself: the language of one's own pages and mails, and which notices one wants."""

from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from tertulia.render import addresses
from tertulia.services import accounts, notices
from tertulia.web import sessions
from tertulia.web.call import Call, own_look, sent


class LanguageSent(Struct, frozen=True, kw_only=True):
    """A language; empty for the site's."""

    language: str = ""


def choose_language(call: Call) -> Response:
    """Choose what one's own pages and mails speak."""
    wanted = sent(call, LanguageSent).language
    call.parts.throttle.count_choice(call.site, sessions.network(call))
    with call.write(sessions.reader(call)) as unit:
        accounts.choose_language(unit, wanted)
        # The old one would come along from the address.
        seen = own_look(call, unit, wish=wanted or unit.site.language)
    return RedirectResponse(addresses.site(seen, "/me", done="language") + "#language", status_code=303)


def choose_notices(call: Call) -> Response:
    """Choose what one wants to be told of: the boxes that are ticked, and no others."""
    fields = sent(call, dict[str, str])
    call.parts.throttle.count_choice(call.site, sessions.network(call))
    with call.write(sessions.reader(call)) as unit:
        notices.choose(unit, fields)
        seen = own_look(call, unit)
    return RedirectResponse(addresses.site(seen, "/me", done="notices") + "#notices", status_code=303)
