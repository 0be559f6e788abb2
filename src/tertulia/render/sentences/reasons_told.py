"""What statements of reasons, appeals, the log and the audit trail say."""

from typing import Final

from tertulia.render.sentences.marked import _

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
