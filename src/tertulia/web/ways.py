"""Which ways to sign in a page can offer: those of the site's policy for which the operator set up what they need."""

from tertulia.domain.policy import Policy
from tertulia.render.people import Offer
from tertulia.settings import UNSET_SECRET
from tertulia.web.call import Call


def has_mail(call: Call) -> bool:
    """Whether mails with links can be sent: there is a mail server, and a key that nobody can guess."""
    settings = call.parts.settings
    return bool(settings.smtp or settings.is_development) and _has_key(call)


def offer(call: Call, policy: Policy) -> Offer:
    """Give what the page may offer, in the policy's order."""
    needs = {"email": has_mail(call), "passkey": _has_key(call)}
    return Offer(ways=tuple(way for way in policy.ways_in if needs.get(way, True)), has_mail=has_mail(call))


def _has_key(call: Call) -> bool:
    return not call.parts.settings.secret.startswith(UNSET_SECRET)
