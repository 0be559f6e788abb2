"""What is said when something is refused."""

from typing import Final

from tertulia.render.sentences.marked import _

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
