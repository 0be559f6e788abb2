"""Sentences and words for every code that readers, writers and moderators meet. `texts` says them in a language.

Codes come from `domain`; a test holds that none is without its words.
"""

from typing import Final

from tertulia.domain import reports
from tertulia.domain.flags import State
from tertulia.domain.notices import NoticeKind
from tertulia.domain.passwords import Change
from tertulia.domain.reports import Kind


def _(message: str) -> str:
    """Mark a message for extraction; it is translated where it is shown."""
    return message


REFUSALS: Final = {
    "error": _("Something went wrong on our side. Please try again in a moment."),
    "invalid": _("This request cannot be understood."),
    "forbidden": _("You may not do this."),
    "not-found": _("There is nothing at this address."),
    "conflict": _("This changed since you opened it. Please look again."),
    "too-many": _("Too much at once. Please wait a moment and try again."),
    "cannot-count": _("This is not possible at the moment. Please try again in a few seconds."),
    "bad-site-key": _("A site key is one to forty of the characters a–z, 0–9 and hyphen."),
    "bad-origin": _("An origin looks like https://www.example.org."),
    "bad-name": _("Please give a name of at most %(limit)s characters."),
    "name-taken": _(
        "Somebody with an account has this name, or one that looks like it. Please choose another."
    ),
    "name-reserved": _("This name is kept for those who work for the publication. Please choose another."),
    "bad-url": _("This is not the address of a story."),
    "bad-cursor": _("This address of a page is not complete. Please start from the first page."),
    "story-closed": _("The discussion of this story is closed."),
    "too-long": _("The comment is longer than %(limit)s characters. Please shorten it."),
    "empty": _("There is no text in this comment yet."),
    "too-deep": _("This site does not allow replies to go deeper. Please answer further up."),
    "repeated": _("You wrote exactly this a short while ago."),
    "reconsider": _(
        "Please read your words once more before they are posted. %(why)s You can change them, or post them as they"
        " are."
    ),
    "not-taken": _("This site does not take this comment. %(why)s"),
    "too-fast": _("You are writing faster than this site allows. Please wait a minute; your text is kept."),
    "edit-window-over": _("The time in which this comment could be edited is over."),
    "not-answerable": _("This comment takes no replies."),
    "guests-refused": _("Here you sign in to write. Reading needs no account."),
    "site-read-only": _("This site takes no comments at present."),
    "stale": _("This comment changed since you saw it. Please look again."),
    "not-flaggable": _("Only a comment that everybody sees can be flagged."),
    "own-comment": _("You wrote this comment yourself."),
    "flags-refused": _("Here you sign in to flag a comment."),
    "already-flagged": _("You flagged this comment already."),
    "flag-settled": _("A moderator decided meanwhile. The flag cannot be taken back any more."),
    "too-many-flags": _("You flagged much within an hour. Please try again later."),
    "bad-flag-reason": _("Please choose a reason from the list."),
    "flag-too-long": _("Please say it in at most %(limit)s characters."),
    "report-incomplete": _("Something is missing that the law asks for. Please fill in the marked field."),
    "report-too-long": _("Please say it in at most %(limit)s characters."),
    "report-taken": _("%(name)s looks at this report just now."),
    "report-closed": _("This report was decided already."),
    "bad-report-result": _("Please choose a result from the list."),
    "bad-reason": _("Please choose a reason from the list."),
    "too-many-words": _("Please say it in at most %(limit)s characters."),
    "nothing-to-undo": _("There is no decision to take back."),
    "link-over": _("This sign-in link is not valid any more."),
    "foreign-story": _("This story is not on a page of this publication."),
    "site-exists": _("A site with this key is there already."),
    "bad-phrase": _("Line %(number)s is no phrase: “%(line)s”. Nothing was added."),
    "too-many-phrases": _("A site has at most %(limit)s phrases. Nothing was added."),
    "bad-policy": _("The policy has no choice “%(choice)s”, or not with this value."),
    "bad-language": _("There are no texts in this language."),
    "bad-body": _("The data sent is not in the form that this address takes."),
    "bad-parameter": _("A parameter of this address is unknown or not valid."),
    "too-large": _("This is more than can be sent at once."),
    "unreadable": _("What was sent cannot be read. Please try again."),
    "unknown-media-type": _("This kind of data is not taken here."),
    "wrong-method": _("This address does not take requests of this kind."),
    "cross-site": _("This request came from a page that may not send it."),
    "bad-secret": _("Your browser sent a key that is not valid. Please reload the page."),
    "too-many-urls": _("Please ask for at most %(limit)s addresses at once."),
    "bad-address": _("This does not look like an e-mail address."),
    "bad-ending": _("Please choose what becomes of your comments."),
    "bad-role": _("There is no role “%(role)s”."),
    "session-over": _("You are not signed in any more. Please sign in again."),
    "sign-in-over": _("This link or code is not valid any more. Please ask for a new mail."),
    "other-account": _("You are signed in here with another account. Please sign out first."),
    "prove-again": _("Please sign in once more before you change this."),
    "wrong-second": _(
        "This is not the code that the app shows now, and no recovery code of yours. Please look again."
    ),
    "second-over": _("That took too long, or there were too many wrong codes. Please sign in again."),
    "too-many-codes": _(
        "Too many wrong codes were tried for this account. Please wait an hour, or use a recovery code."
    ),
    "second-factor-there": _("There is a second factor already. Please remove it first."),
    "no-second-factor": _("There is no second factor to change. Please begin by setting one up."),
    "second-factor-not-set-up": _("A second factor is not possible on this server yet."),
    "second-needed": _(
        "With your role, please sign in with the passkey or the second factor that you have before you change this."
    ),
    "other-browser": _(
        "This link works in the browser that asked for it. Type the code from the mail there instead."
    ),
    "bad-token": _("Signing in at this publication did not reach the comments. Please reload the page."),
    "takeout-asked": _("You asked for your data less than a day ago. Please ask again tomorrow."),
    "token-used": _("This page signed you in once already. Please reload it."),
    "wrong-code": _("This is not the code from the mail. Please look again."),
    "mail-not-set-up": _("Signing in by e-mail is not set up on this server yet."),
    "bad-passkey": _("This passkey does not work here. Please try again, or sign in by e-mail."),
    "too-many-tokens": _("There are %(limit)s tokens already. Please end one first."),
    "bad-token-choice": _("There is no such token. Please choose again."),
    "token-reads-only": _("This token may only read."),
    "credentials-missing": _("Please say who you are, by a token or a guest’s secret."),
    "too-many-passkeys": _("There are %(limit)s passkeys already. Please remove one first."),
    "passkeys-not-set-up": _("Passkeys are not possible at this server’s address yet."),
    "way-not-offered": _("This site does not offer this way to sign in."),
    "wrong-password": _(
        "Address and password do not belong together. Please look again, or choose a new password by mail."
    ),
    "too-many-guesses": _(
        "Too many wrong passwords for this address. Please come in by e-mail, or try again in an hour."
    ),
    "password-too-short": _("Please choose a password of at least %(limit)s characters."),
    "password-too-long": _("A password has at most %(limit)s characters here."),
    "password-too-common": _("Many people have this password, so it is tried first. Please choose another."),
    "password-too-near": _(
        "This is your name or address, or the name of this site. Please choose another password."
    ),
    "passwords-differ": _("These are two different passwords. Please type the new one twice."),
    "no-address": _("Your account has no e-mail address, so it cannot have a password."),
    "last-way-in": _("This is the only way into your account. Please add another first."),
    "bad-notice": _("There is no such notice."),
    "own-author": _("You cannot mute yourself."),
    "too-many-muted": _("You mute %(limit)s readers already. Please unmute somebody first."),
    "sign-in-declined": _(
        "You came back from %(provider)s without signing in. You can try again, or choose another way."
    ),
    "attempt-over": _("This took too long, was used already, or began in another browser. Please try again."),
    "provider-away": _(
        "%(provider)s does not answer at present. Please try again later, or choose another way."
    ),
    "provider-refused": _(
        "%(provider)s did not say who you are in a way that counts here. Please try again, or choose another way."
    ),
    "connect-first": _(
        "There is an account with your e-mail address already. Please sign in the way you did before, and connect"
        " this one under “Your account”."
    ),
    "connected-elsewhere": _("This sign-in is connected with another account."),
    "too-many-connections": _("There are %(limit)s connected sign-ins already. Please remove one first."),
    "bad-remark": _("Please write something, in at most %(limit)s characters."),
    "bad-opinion": _(
        "Please write a question, or choose an answer, in at most 5,000 characters; and ask somebody who may decide."
    ),
    "opinion-given": _("Somebody answered already."),
    "bad-sanction": _(
        "This does not fit together. A message needs words, everything else a reason; a silence lasts 1 to 365 days, a"
        " ban or a hold at most 3,650; and only a ban takes comments along or holds everywhere."
    ),
    "above-you": _(
        "You cannot act on this author: it is you, or somebody of the publication whose role is not below yours."
    ),
    "sanction-over": _("This ended or was lifted already."),
    "author-silenced": _("You cannot write here at present. The reason: %(reason)s."),
    "author-banned": _("You cannot write here any more. The reason: %(reason)s."),
    "bad-filter": _("There is no such queue or filter, or not with this value."),
    "bad-view": _("Please give the view a name of at most 60 characters; you may keep 30 of them."),
    "item-taken": _("%(name)s has this comment at present."),
    "bad-outcome": _("Please choose one of the decisions on the list."),
    "bad-sections": _(
        "Only moderators have sections, at most 50, each with a name of at most 200 characters."
    ),
    "last-owner": _("A site keeps at least one owner. Please make somebody else an owner first."),
    "account-exists": _("Somebody has an account with this address already."),
    "too-many-names": _("A name can be changed only a few times within a month. Please try again later."),
    "invitation-over": _("This invitation is not valid any more. Please ask for a new one."),
    "bad-log-filter": _("The log cannot be narrowed by “%(filter)s”."),
    "no-appeal": _("No appeal is possible here any more."),
    "appeal-there": _("You appealed against this already. One appeal is possible."),
    "no-words": _("Please say something."),
    "bad-result": _("Please choose what becomes of the decision from the list."),
    "own-decision": _("You decided this yourself. Somebody else decides on the appeal."),
    "appeal-taken": _("%(name)s has this appeal just now."),
    "appeal-decided": _("This appeal was decided already."),
    "role-held": _("You have this role already, or one that reaches further. The link is as good as before."),
}
"""Sentences of `TertuliaError.code`, with the error's parameters."""

TITLES: Final = {
    "reconsider": _("Before it is posted"),
    "error": _("Something went wrong"),
    "invalid": _("This did not work"),
    "forbidden": _("Not allowed"),
    "not-found": _("Not found"),
    "conflict": _("It changed meanwhile"),
    "too-many": _("Too much at once"),
    "cannot-count": _("Something went wrong"),
}
"""Titles of messages about the five kinds of refusal, and of a bug."""

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

EFFECTS: Final = {
    "removal": _("Your comment was removed: nobody else can read it any more."),
    "hold": _("Your comment is hidden until a moderator has looked at it."),
    "delay": _("Your comment waits: it appears when a moderator has looked at it."),
    "author-hold": _("Whatever you write waits for a moderator before it appears."),
    "author-silence": _("You cannot write here for some time."),
    "author-ban": _("You cannot write here."),
}
"""What was done, as its author reads it."""

GROUNDS: Final = {
    "rules": _("the rules of this site"),
    "law": _("the law"),
}
RESULTS: Final = {
    "open": _("Your appeal waits for an answer."),
    "upheld": _("Your appeal was decided: what was decided first stands."),
    "reversed": _("Your appeal was decided: what was decided first was taken back."),
    "changed": _("Your appeal was decided: what was decided first was changed."),
}
"""What became of an appeal, as its author reads it."""
VERDICTS: Final = {
    "upheld": _("What was decided stands"),
    "reversed": _("Take it back: the comment is shown again"),
    "changed": _("Remove it, for another reason"),
    "lifted-upheld": _("What was decided stands"),
    "lifted-reversed": _("Take it back: the restriction is lifted"),
}
"""What can be decided about an appeal."""
SOURCES: Final = {
    "own": _("The publication looked by itself."),
    "flag": _("Readers asked for a look."),
    "report": _("Somebody reported it as unlawful."),
    "sanction": _("Its author was banned together with their comments."),
}
"""What led to a restriction. After an appeal it is what led to the first decision."""
AUTOMATION: Final = {
    (False, False): _("A person noticed it and decided."),
    (True, False): _("A program noticed something, and a person decided."),
    (True, True): _("A program noticed something and decided, without a person."),
    (False, True): _("A program decided by the policy of this site, without a person."),
}
"""Whether a machine detected, and whether one decided."""
LOGGED: Final = {
    "remove": _("Comment removed"),
    "hold": _("Comment held"),
    "publish": _("Comment published after a look"),
    "restore": _("Comment restored"),
    "author-warning": _("Author warned"),
    "author-hold": _("Author’s comments held from now on"),
    "author-silence": _("Author silenced"),
    "author-ban": _("Author banned"),
    "author-lifted": _("Restriction of an author lifted"),
    "appeal-upheld": _("Appeal: the decision stands"),
    "appeal-reversed": _("Appeal: the decision was taken back"),
    "appeal-changed": _("Appeal: the decision was changed"),
}
"""What the log of decisions has."""
AUDITED_KINDS: Final = frozenset({"decision.made", "sanction.imposed", "appeal.decided"})
AUDITED: Final = {
    "decision.made:publish": LOGGED["publish"],
    "decision.made:hold": LOGGED["hold"],
    "decision.made:reject": LOGGED["remove"],
    "decision.made:remove": LOGGED["remove"],
    "decision.made:restore": LOGGED["restore"],
    "sanction.imposed:message": _("Author written to"),
    "sanction.imposed:warning": LOGGED["author-warning"],
    "sanction.imposed:hold": LOGGED["author-hold"],
    "sanction.imposed:silence": LOGGED["author-silence"],
    "sanction.imposed:ban": LOGGED["author-ban"],
    "sanction.lifted": LOGGED["author-lifted"],
    "appeal.made": _("Appeal made"),
    "appeal.decided:upheld": LOGGED["appeal-upheld"],
    "appeal.decided:reversed": LOGGED["appeal-reversed"],
    "appeal.decided:changed": LOGGED["appeal-changed"],
}
"""What the audit trail has."""
STATUSES: Final = {
    "visible": _("Visible"),
    "held": _("Held"),
    "removed": _("Removed"),
    "withdrawn": _("Withdrawn"),
}
"""Where a comment stands, as the desk says it."""

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

OUTCOMES: Final = {
    "publish": _("Published"),
    "nudge": _("Asked to reconsider"),
    "hold": _("Held"),
    "reject": _("Refused"),
    "remove": _("Removed"),
    "restore": _("Restored"),
}

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

STATES: Final = {
    "posted": _("Your comment is posted."),
    "held": _("Your comment is held: a moderator reads it before it appears. Until then only you see it."),
    "edited": _("Your change is saved."),
    "withdrawn": _("Your comment is withdrawn."),
    "removed": _("Your comment was removed by a moderator."),
}
"""What became of what a writer sent."""

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

WAYS: Final = {
    "email": _("by e-mail"),
    "password": _("by password"),
    "passkey": _("by passkey"),
}
"""Ways in, as the desk says by which somebody came; a provider's name stands for itself."""

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

BADGES: Final = {
    "author": _("Author of the story"),
    "editor": _("Editor"),
    "expert": _("Expert"),
    "moderator": _("Moderator"),
    "staff": _("Staff"),
    "subscriber": _("Subscriber"),
}
