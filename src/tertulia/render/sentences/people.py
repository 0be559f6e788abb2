"""What pages of people say: ways in, roles, notices, passwords, badges."""

from typing import Final

from tertulia.domain.notices import NoticeKind
from tertulia.domain.passwords import Change
from tertulia.render.sentences.marked import _

PASSWORD_CHANGES: Final = {
    Change.SET: _("Your account has a password now."),
    Change.CHANGED: _("The password of your account was changed."),
    Change.REMOVED: _("The password of your account was removed."),
}
"""What a mail says that became of a password."""
ROLES: Final = {
    "reader": _("Reader"),
    "trusted": _("Trusted reader"),
    "staff": _("Staff"),
    "moderator": _("Moderator"),
    "editor": _("Editor"),
    "owner": _("Owner"),
}
ROLE_MEANINGS: Final = {
    "reader": _("Writes, edits and withdraws their own comments."),
    "trusted": _("As a reader, known to the newsroom."),
    "staff": _("Works for the publication, and bears its badge."),
    "moderator": _("Decides on comments at the desk."),
    "editor": _("Decides on comments, gives roles up to moderator, sets the policy."),
    "owner": _("Does all of it: gives every role, sets name, language and origins of the site."),
}
"""Names of roles, and what each may do."""
NOTICES: Final = {
    NoticeKind.REPLY: _("when somebody answers me"),
    NoticeKind.CONVERSATION: _("when somebody writes in a thread in which I wrote"),
    NoticeKind.DECISION: _("when a comment of mine was published, held or removed by a moderator"),
    NoticeKind.DIGEST: _("once a week, with what was discussed"),
}
"""What one can be told of."""
WAYS: Final = {
    "email": _("by e-mail"),
    "password": _("by password"),
    "passkey": _("by passkey"),
}
"""Ways in, as the desk says by which somebody came; a provider's name stands for itself."""
BADGES: Final = {
    "author": _("Author of the story"),
    "editor": _("Editor"),
    "expert": _("Expert"),
    "moderator": _("Moderator"),
    "staff": _("Staff"),
    "subscriber": _("Subscriber"),
}
