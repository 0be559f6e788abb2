"""Mail to people: a subject, the words, and the same words as HTML. Who gets it and how it is sent is elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from tertulia.render import environment, texts
from tertulia.render.look import Look


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A mail without its address. Logs show nothing of it: it may hold a way in."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)


def sign_in(look: Look, *, link: str, code: str, minutes: int) -> Rendered:
    """Give somebody who wants to sign in both ways to do it, and say how long they lead in."""
    subject = texts.gettext("Sign in to %(site)s", look.language, site=look.site.name)
    values = {
        "subject": subject,
        "site": look.site,
        "host": urlsplit(look.base).netloc,
        "link": link,
        "code": code,
        "minutes": minutes,
    }
    return Rendered(
        subject=subject,
        text=environment.render(look.language, "mail/sign_in.txt", **values),
        html=environment.render(look.language, "mail/sign_in.html", **values),
    )


def takeout(look: Look, *, link: str, expires_at: datetime) -> Rendered:
    """Tell somebody where their own data lies ready, and for how long. The mail itself opens nothing."""
    subject = texts.gettext("Your data at %(site)s is ready", look.language, site=look.site.name)
    values = {"subject": subject, "site": look.site, "link": link, "expires_at": expires_at}
    return Rendered(
        subject=subject,
        text=environment.render(look.language, "mail/takeout.txt", **values),
        html=environment.render(look.language, "mail/takeout.html", **values),
    )
