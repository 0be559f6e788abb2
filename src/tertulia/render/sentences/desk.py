"""What the desk's own pages say."""

from typing import Final

from tertulia.domain import reports
from tertulia.domain.flags import State
from tertulia.domain.reports import Kind
from tertulia.render.sentences.marked import _

SANCTIONS: Final = {
    "message": (_("Message"), _("A word to the author, and nothing else.")),
    "warning": (_("Warning"), _("Tells them what must not happen again.")),
    "hold": (_("Hold all"), _("Whatever they write waits for a moderator.")),
    "silence": (_("Silence"), _("They cannot write for some days.")),
    "ban": (_("Ban"), _("They cannot write, for some days or for good.")),
}
"""What can be done to an author, and what it means."""
ADVISED: Final = {
    "publish": _("I would publish it."),
    "hold": _("I would let it wait."),
    "remove": _("I would remove it."),
}
"""What a moderator advises a colleague."""
SIGNS: Final = {
    "network": _("the same network"),
    "shape": _("an address of the same shape"),
}
"""What speaks for an author being somebody who is banned."""
AUTHOR_KINDS: Final = {
    "guest": _("Guest"),
    "account": _("Account"),
    "imported": _("Imported"),
}
"""How an author came to be, as the desk says it."""
REPORT_KINDS: Final = {
    Kind.CHILD_ABUSE: _("sexual abuse or exploitation of children"),
    Kind.SPEECH: _("hatred, incitement, insult or defamation"),
    Kind.VIOLENCE: _("violence, or a call for it"),
    Kind.CYBER_VIOLENCE: _("stalking, harassment or threats on the net"),
    Kind.CYBER_VIOLENCE_WOMEN: _("violence against women on the net"),
    Kind.PRIVACY: _("data protection and privacy"),
    Kind.MINORS: _("protection of minors"),
    Kind.SELF_HARM: _("a call for self-harm or suicide"),
    Kind.SCAMS: _("fraud"),
    Kind.SECURITY: _("terrorism, or danger to public security"),
    Kind.ELECTIONS: _("harm to elections or public debate"),
    Kind.PROPERTY: _("copyright, trade marks and other intellectual property"),
    Kind.CONSUMERS: _("consumers misled"),
    Kind.PRODUCTS: _("unsafe or prohibited products"),
    Kind.ANIMALS: _("cruelty to animals"),
    Kind.OTHER: _("something else that is against the law"),
}
"""Kinds of illegal content, by the Commission's categories."""
REPORT_STATES: Final = {
    reports.State.RECEIVED: _("Received"),
    reports.State.IN_REVIEW: _("A moderator looks at it"),
    reports.State.REMOVED: _("Decided: the content was removed as illegal"),
    reports.State.NO_ACTION: _("Decided: nothing was done"),
    reports.State.NOT_OURS: _("Decided: it is not on our pages"),
}
REPORT_RESULTS: Final = {
    reports.State.REMOVED: _("Remove as illegal"),
    reports.State.NO_ACTION: _("Do nothing"),
    reports.State.NOT_OURS: _("Not on our pages"),
}
"""How a moderator can decide a report."""
FLAG_STATES: Final = {
    State.OPEN: _("You flagged this comment. A moderator looks at it."),
    State.UPHELD: _("You flagged this comment. A moderator removed it."),
    State.DISMISSED: _("You flagged this comment. A moderator looked at it and left it in its place."),
    State.WITHDRAWN: _("You took your flag back."),
}
"""What became of a reader's flag, said to them."""
QUEUES: Final = {
    "held": _("Held"),
    "flagged": _("Flagged"),
    "reports": _("Reports"),
    "appeals": _("Appeals"),
    "unread": _("Unread"),
    "all": _("All comments"),
    "decided": _("Decided lately"),
}
QUEUE_MEANINGS: Final = {
    "held": _("Nothing waits. Comments come here when a rule holds them."),
    "flagged": _("No flags are open. Comments come here when readers flag them."),
    "unread": _("Somebody has seen everything that was published."),
    "all": _("There is no comment like this."),
    "decided": _("Nobody decided anything lately."),
}
"""Names of the desk's queues, and what is said where one is empty."""
FILTERS: Final = {
    "section": _("Section"),
    "author": _("Author"),
    "finding": _("Rule"),
    "least": _("Strength at least"),
    "most": _("Strength at most"),
    "language": _("Language"),
    "age": _("Age"),
}
AGES: Final = {
    "hour": _("within an hour"),
    "day": _("within a day"),
    "week": _("within a week"),
    "over-hour": _("over an hour ago"),
    "over-day": _("over a day ago"),
    "over-week": _("over a week ago"),
}
"""What a queue can be narrowed to."""
ACTS: Final = {
    "publish": _("Publish"),
    "hold": _("Hold"),
    "remove": _("Remove"),
    "restore": _("Restore"),
    "undo": _("Undo"),
    "seen": _("Seen"),
    "take": _("Take"),
    "over": _("Take over"),
    "release": _("Release"),
}
DONE: Final = {
    "publish": _("Published."),
    "hold": _("Held."),
    "remove": _("Removed."),
    "restore": _("Restored."),
    "undo": _("Taken back."),
    "seen": _("Seen."),
    "take": _("Taken: it is yours for ten minutes."),
    "over": _("Taken: it is yours for ten minutes."),
    "release": _("Released."),
    "saved": _("The view is kept."),
    "forgotten": _("The view is gone."),
}
"""What a moderator can do with a comment at the desk, and what is said when it is done."""
PHRASE_WORDS: Final = {
    "banned": _("banned"),
    "suspect": _("suspect"),
    "word": _("as whole words"),
    "stem": _("at the beginning of words"),
    "wildcard": _("with stars"),
}
MATCHING_MEANINGS: Final = {
    "word": _("“cat” finds cat, but neither cats nor concat."),
    "stem": _("“cat” finds cat, cats and catfish."),
    "wildcard": _("“*cat*” finds concatenate: a star is any letters of the word, or none."),
}
"""Names of the lists of phrases and of the ways in which phrases are found, and what those mean."""
DESK_PAGES: Final = {
    "queue": _("Queue"),
    "appeals": _("Appeals"),
    "opinions": _("Opinions"),
    "reports": _("Reports"),
    "log": _("Log"),
    "people": _("People"),
    "phrases": _("Phrases"),
    "policy": _("Policy"),
    "site": _("Site"),
}
