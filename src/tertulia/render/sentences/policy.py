"""What the choices of a site's policy mean."""

from typing import Final

from tertulia.render.sentences.marked import _

CHOICES: Final = {
    "guests": (_("Guests"), _("Whether people may write without an account.")),
    "ways_in": (
        _("Ways to sign in, one a line"),
        _("In the order in which they are offered: email, password, passkey, names of providers."),
    ),
    "staff_need_second": (
        _("Second factor for staff"),
        _("Staff come to the desk with a passkey or codes of an app only; set up your own first."),
    ),
    "is_read_only": (_("Read only"), _("Nobody may write, reply or edit; everybody may read.")),
    "hold_first": (_("Read everything first"), _("Every new comment waits for a moderator.")),
    "longest_comment": (_("Longest comment"), _("Characters, as typed.")),
    "longest_name": (_("Longest name"), _("Characters of a public name.")),
    "reserved_names": (
        _("Reserved words in names, one a line"),
        _("Only staff may have them in their names; what looks like one counts as one."),
    ),
    "names_per_month": (
        _("Changes of a name"),
        _("How often an account may change its name within thirty days; 0 is without limit."),
    ),
    "most_links": (_("Links in a comment"), _("With more than these the rule “links” holds it.")),
    "comments_per_minute": (
        _("Comments a minute"),
        _("Of one author; more than these the rule “rate” refuses."),
    ),
    "deepest_reply": (_("Levels of replies"), _("0 is without limit; 1 takes replies to top comments only.")),
    "avatars": (_("Pictures"), _("A small picture beside each author’s name, drawn from their id.")),
    "author_pages": (
        _("Authors’ pages"),
        _("Everybody sees on one page what an author wrote. Tell your readers before you turn it on."),
    ),
    "edit_seconds": (_("Time to edit"), _("Seconds after posting. Withdrawing has no limit of time.")),
    "statements": (
        _("Tell authors why"),
        _("Each removal, hold and restriction writes its reasons, which the author can read."),
    ),
    "statements_by_mail": (
        _("Reasons by mail"),
        _("Authors whose address is known get them by mail, too."),
    ),
    "hold_mail_after_hours": (
        _("Hours before a mail about waiting"),
        _("A new comment that waits longer than this is told its author by mail; 0 is at once."),
    ),
    "spam_untold": (
        _("Say nothing about advertising"),
        _("What a program removes as advertising is not told to whoever wrote it."),
    ),
    "appeals": (
        _("Appeals"),
        _("Authors can appeal once against each removal, hold and restriction."),
    ),
    "appeal_days": (_("Days for an appeal"), _("So long after a decision its author can appeal.")),
    "appeal_answer_days": (
        _("Days to answer an appeal"),
        _("The desk shows until when each is to be decided."),
    ),
    "own_appeals": (
        _("Appeals against one’s own decisions"),
        _("Whether moderators may decide on them: for sites with a single moderator."),
    ),
    "log": (
        _("Log of decisions"),
        _("Who may read what was decided, when and why; nobody is named in it."),
    ),
    "networks_kept_days": (
        _("Days for networks"),
        _("So long the keyed hash of a network stays with a comment or a session."),
    ),
    "traces_kept_days": (
        _("Days for traces"),
        _(
            "So long a ban keeps keyed hashes by which the desk hints that its author came again; 0 keeps none."
        ),
    ),
    "guest_flags": (
        _("Flags by guests"),
        _("Whether people without an account may flag comments, where they may write."),
    ),
    "flag_reasons": (
        _("Reasons for flags, one a line"),
        _(
            "For these readers flag a comment: abuse, hate, spam, off-topic, privacy, other. Empty: nobody flags."
        ),
    ),
    "flags_per_hour": (_("Flags an hour"), _("Of one reader; 0 is without limit.")),
    "reports": (
        _("Reports of illegal content"),
        _("Whether anybody may report illegal content by a form, as the law asks of you."),
    ),
    "reports_kept_days": (
        _("Days for who reported"),
        _("So long after the decision names and addresses stay with reports of illegal content."),
    ),
    "flags_hold_at": (
        _("Flags that hold a comment"),
        _(
            "At this weight of its flags a visible comment waits for a moderator; 0 is never. A flag weighs ¼ to 2."
        ),
    ),
    "default_sort": (_("First order of a discussion"), _("Readers may choose another.")),
    "rules": (
        _("Rules, one a line"),
        _("What screens each comment, in this order. Without “length” and “rate” their limits do not hold."),
    ),
    "outcomes": (
        _("What findings lead to, one a line"),
        _(
            "A finding, then publish, nudge, hold or reject; behind it, if you like, from which strength on (0 to 1)."
        ),
    ),
    "first_held": (
        _("First comments that wait"),
        _("So many first comments of an author wait for a moderator, at most 10; 0 for none."),
    ),
    "link_free_comments": (
        _("First comments without links"),
        _("So many first comments of an author wait where they have a link, at most 10; 0 for none."),
    ),
    "blocked_domains": (
        _("Blocked domains, one a line"),
        _("Comments with a link to one of them, or that name one, are noticed; what is below of one counts."),
    ),
    "allowed_domains": (_("Allowed domains, one a line"), _("Links to them do not count as links.")),
    "burst_newcomers": (
        _("Newcomers of a burst"),
        _("From so many authors on who came within ten minutes and write under one story; 0 for never."),
    ),
    "phrases_edition": (
        _("Lists of phrases"),
        _("Counts the changes of the lists; they are changed on a page of their own."),
    ),
    "trusted_after": (
        _("Approvals that earn trust"),
        _(
            "With so many, and ten for each removal, an author is trusted as with the role; 0 lets nobody earn it."
        ),
    ),
    "approved_needed": (
        _("Approved before others appear"),
        _("An author’s comments wait until moderators approved so many; 0 for none."),
    ),
}
"""Names and meanings of the choices of policy."""
CHOICE_WORDS: Final = {
    "off": _("nobody"),
    "staff": _("moderators"),
    "public": _("everybody"),
    "true": _("yes"),
    "false": _("no"),
    "allowed": _("allowed"),
    "refused": _("refused"),
    "newest": _("newest first"),
    "oldest": _("oldest first"),
    "replied": _("most replies first"),
}
