"""The page of what is one's own: one part for each thing, in `templates/me/`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from tertulia.domain import connections, ids
from tertulia.domain.accounts import Account
from tertulia.domain.authors import Earlier
from tertulia.domain.notices import FIELDS, Wanted
from tertulia.domain.passkeys import MOST
from tertulia.domain.passwords import SHORTEST
from tertulia.domain.trust import Range, Standing, Usual
from tertulia.render import addresses, avatars, environment, sentences, texts
from tertulia.render.look import Look
from tertulia.render.my_data import Shown
from tertulia.render.passwords import OwnPassword
from tertulia.render.people import Way, own_page, passkey_way, provider_ways
from tertulia.render.sanctions import NOTHING, OwnSanctions
from tertulia.render.second_factor import OwnSecond
from tertulia.render.statements import Told
from tertulia.render.tokens import Programs


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A browser that somebody is signed in with. `name` stands for it in forms and opens nothing."""

    name: str
    device: str
    is_this: bool
    is_near: bool | None
    """Whether it was opened from the network that asks now; None where that is not known any more."""
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPasskey:
    """A passkey as its owner sees it. `key` stands for it in forms."""

    key: str
    name: str
    seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierSelf:
    """Who one may have been elsewhere. `key` stands for them in forms."""

    key: str
    name: str
    number: str
    """How many comments, in words."""
    since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MutedAuthor:
    """Somebody whose comments are folded for the reader. `key` stands for them in forms."""

    key: str
    name: str
    muted_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeChoice:
    """A box of the form of notices."""

    field: str
    words: str
    is_wanted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Connected:
    """A connected sign-in as its owner sees it. `key` stands for it in forms."""

    key: str
    provider: str
    label: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Mine:
    """All that the page shows, as its parts need it."""

    account: Account
    devices: Sequence[Device]
    passkeys: Sequence[KeptPasskey]
    data: Shown
    languages: Sequence[tuple[str, str]]
    """Languages one can choose, each with its own name for itself."""
    site_language: str
    muted: Sequence[MutedAuthor]
    notices: Sequence[NoticeChoice]
    second: OwnSecond
    programs: Programs
    picture: Markup = avatars.NONE
    """Empty before the first comment, and where the site wants none."""
    public_href: str = ""
    """Where one's own public page is; empty where one has none."""
    adding: Way | None = None
    """How a passkey is added; None where none can be."""
    password: OwnPassword | None = None
    """What can be done about the password; None for nothing."""
    connected: Sequence[Connected] = ()
    connecting: Sequence[Way] = ()
    """Providers that can be connected."""
    earlier: Sequence[EarlierSelf] = ()
    """Imported authors who had this address."""
    statements: Sequence[Told] = ()
    """What was decided about one's comments, or about oneself."""
    is_merging: bool = False
    """Whether comments are on their way to the account."""
    standing: Standing | None = None
    """What moderators decided about them; None before they wrote."""
    standing_rows: Sequence[tuple[str, str, Range | None]] = ()
    usual: Usual | None = None
    """What is usual among others; None where too few write."""
    is_trusted: bool = False
    trusted_after: int = 0
    told: OwnSanctions = NOTHING
    """What moderators said and did."""

    @property
    def device(self) -> str:
        """The browser that asks, for a passkey's name."""
        return next((each.device for each in self.devices if each.is_this), "")


def show(look: Look, mine: Mine, *, notice: str = "", error: str = "") -> str:
    """Show what is one's own."""
    return own_page(
        look,
        "me.html",
        mine=mine,
        notice=notice,
        error=error,
        # What hangs below it is told no language: one's own pages speak the one that was chosen.
        me_href=f"{addresses.root(look)}/me",
        out_action=addresses.site(look, "/sign-out"),
        again_href=addresses.site(look, "/sign-in", again="1", next=addresses.site(look, "/me")),
        told=mine.told,
        policy=look.policy,
        shortest=SHORTEST,
    )


def adding(look: Look, passkeys: Sequence[KeptPasskey]) -> Way | None:
    """Say how one more passkey is added; None where there are as many as may be."""
    return passkey_way(look, "/me/passkeys") if len(passkeys) < MOST else None


def earlier(look: Look, found: Sequence[Earlier]) -> list[EarlierSelf]:
    """Prepare imported authors for whoever they may be."""
    return [
        EarlierSelf(
            key=ids.encode(each.author.id),
            name=each.author.name,
            number=texts.count(look.language, each.comment_count),
            since=each.since,
        )
        for each in found
    ]


def connecting(look: Look, connected: Sequence[Connected]) -> Sequence[Way]:
    """List the providers that can be connected; none where there are as many as may be."""
    return provider_ways(look) if len(connected) < connections.MOST else ()


def renamed(language: str) -> str:
    """Say that a name was changed."""
    return texts.gettext("Your name is changed. Pages show it within a minute.", language)


def passkey_added(language: str) -> str:
    """Say that a passkey was added."""
    return texts.gettext("From now on you can sign in with this passkey.", language)


def adopted(language: str) -> str:
    """Say that what was imported is the reader's own now."""
    return texts.gettext("These comments are yours now.", language)


def languages() -> list[tuple[str, str]]:
    """List the languages one can choose, each with its own name for itself."""
    return [(code, name_of_language(code)) for code in environment.LANGUAGES]


def name_of_language(code: str) -> str:
    """Name a language as those do who speak it."""
    return environment.locale(code).get_display_name(code) or code


def notice_choices(language: str, wanted: Wanted) -> list[NoticeChoice]:
    """List what one can be told of, and whether one is."""
    return [
        NoticeChoice(
            field=field,
            words=texts.gettext(sentences.NOTICES[kind], language),
            is_wanted=channel in wanted[kind],
        )
        for field, (kind, channel) in FIELDS.items()
    ]


def chosen(language: str, done: str) -> str:
    """Say what somebody chose for themselves a moment ago; empty for a word we did not write."""
    said = {
        "language": texts.gettext("Your own pages and mails speak this language from now on.", language),
        "muted": texts.gettext("From now on their comments are folded for you.", language),
        "unmuted": texts.gettext("You mute them no longer.", language),
        "notices": texts.gettext("Your choice is saved.", language),
    }
    return said.get(done, "")


def standing_rows(
    language: str, own: Standing | None, usual: Usual | None
) -> list[tuple[str, str, Range | None]]:
    """List what one's standing is made of, each with one's own number and the site's usual range."""
    if own is None:
        return []
    rows = [
        (
            texts.gettext("Comments in the last 90 days", language),
            environment.number(language, own.comments),
            usual.comments if usual else None,
        ),
        (
            texts.gettext("Approved by moderators", language),
            environment.number(language, own.approved),
            usual.approved if usual else None,
        ),
        (
            texts.gettext("Removed by moderators", language),
            environment.number(language, own.removed),
            usual.removed if usual else None,
        ),
    ]
    if own.flags_settled:
        share = texts.gettext(
            "%(upheld)s of %(settled)s", language, upheld=own.flags_upheld, settled=own.flags_settled
        )
        rows.append((texts.gettext("Your flags that were right", language), share, None))
    return rows


def connected(language: str) -> str:
    """Say that a sign-in elsewhere was connected."""
    return texts.gettext("It is connected. From now on you can sign in with it.", language)
