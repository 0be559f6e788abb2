"""What rules noticed, what was decided, and why: as writers, readers and moderators read it."""

from typing import Final

from tertulia.render.sentences.marked import _

FINDINGS: Final = {
    "empty": _("No text"),
    "too-long": _("Longer than %(limit)s characters"),
    "many-links": _("%(count)s links, more than %(limit)s"),
    "repeated": _("The same text as a recent comment of this author"),
    "too-fast": _("More than %(limit)s comments within a minute"),
    "story-closed": _("The story is closed"),
    "first-link": _("A link, by an author who wrote %(written)s before"),
    "blocked-domain": _("Leads to the blocked domain %(domain)s"),
    "burst": _("One of %(newcomers)s authors under this story who came within ten minutes"),
    "near-repeat": _("Nearly a recent text: %(percent)s %% the same"),
    "other-language": _("Not in the language of the discussion (%(language)s)"),
    "disposable-mail": _("An e-mail address for minutes, at %(domain)s"),
    "banned-phrase": _("“%(found)s”, by the banned phrase “%(phrase)s”"),
    "suspect-phrase": _("“%(found)s”, by the suspect phrase “%(phrase)s”"),
    "new-author": _("New here: wrote %(written)s before, of which %(approved)s were approved"),
    "shouting": _("Reads as shouting: %(capitals)s %% capitals, %(marks)s marks in a row"),
    "flagged": _("Flagged by readers, %(count)s times"),
}
"""Short phrases of `Finding.code`, with the finding's parameters."""
ADVICE: Final = {
    "": _("Something in them was noticed that often hurts a conversation."),
    "many-links": _("There are more than %(limit)s links in it."),
    "first-link": _("Here first comments with links are read before they appear."),
    "blocked-domain": _("It leads to %(domain)s, which is not taken here."),
    "near-repeat": _("It is nearly the same as another comment of these days."),
    "other-language": _("People here write in the language of the story."),
    "disposable-mail": _("Your account has an e-mail address that ends after minutes."),
    "banned-phrase": _("The words “%(found)s” are not taken here."),
    "suspect-phrase": _("The words “%(found)s” often hurt somebody."),
    "new-author": _("Here the first comments of an author are read before they appear."),
    "shouting": _("Many capitals or exclamation marks read as shouting."),
}
"""What a writer is told of `Finding.code`; what has no sentence of its own gets the first."""
REASONS: Final = {
    "abuse": _("insults or threats"),
    "hate": _("hatred against people"),
    "spam": _("advertising"),
    "illegal": _("unlawful content"),
    "off-topic": _("not about the story"),
    "privacy": _("private facts about somebody"),
    "other": _("against the rules of this site"),
}
"""Reason classes of a removal, as tombstones and the desk show them."""
OUTCOMES: Final = {
    "publish": _("Published"),
    "nudge": _("Asked to reconsider"),
    "hold": _("Held"),
    "reject": _("Refused"),
    "remove": _("Removed"),
    "restore": _("Restored"),
}
STATES: Final = {
    "posted": _("Your comment is posted."),
    "held": _("Your comment is held: a moderator reads it before it appears. Until then only you see it."),
    "edited": _("Your change is saved."),
    "withdrawn": _("Your comment is withdrawn."),
    "removed": _("Your comment was removed by a moderator."),
}
"""What became of what a writer sent."""
STATUSES: Final = {
    "visible": _("Visible"),
    "held": _("Held"),
    "removed": _("Removed"),
    "withdrawn": _("Withdrawn"),
}
"""Where a comment stands, as the desk says it."""
