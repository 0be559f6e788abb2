"""Sentences and words for every code that readers, writers and moderators meet. `texts` says them in a language.

Codes come from `domain`; a test holds that none is without its words.
"""

from tertulia.render.sentences.desk import (
    ACTS,
    ADVISED,
    AGES,
    AUTHOR_KINDS,
    DESK_PAGES,
    DONE,
    FILTERS,
    FLAG_STATES,
    MATCHING_MEANINGS,
    PHRASE_WORDS,
    QUEUE_MEANINGS,
    QUEUES,
    REPORT_KINDS,
    REPORT_RESULTS,
    REPORT_STATES,
    SANCTIONS,
    SIGNS,
)
from tertulia.render.sentences.findings import (
    ADVICE,
    FINDINGS,
    OUTCOMES,
    REASONS,
    STATES,
    STATUSES,
)
from tertulia.render.sentences.people import (
    BADGES,
    NOTICES,
    PASSWORD_CHANGES,
    ROLE_MEANINGS,
    ROLES,
    WAYS,
)
from tertulia.render.sentences.policy import (
    CHOICE_WORDS,
    CHOICES,
)
from tertulia.render.sentences.reasons_told import (
    AUDITED,
    AUDITED_KINDS,
    AUTOMATION,
    EFFECTS,
    GROUNDS,
    LOGGED,
    RESULTS,
    SOURCES,
    VERDICTS,
)
from tertulia.render.sentences.refusals import (
    REFUSALS,
    TITLES,
)

__all__ = [
    "ACTS",
    "ADVICE",
    "ADVISED",
    "AGES",
    "AUDITED",
    "AUDITED_KINDS",
    "AUTHOR_KINDS",
    "AUTOMATION",
    "BADGES",
    "CHOICES",
    "CHOICE_WORDS",
    "DESK_PAGES",
    "DONE",
    "EFFECTS",
    "FILTERS",
    "FINDINGS",
    "FLAG_STATES",
    "GROUNDS",
    "LOGGED",
    "MATCHING_MEANINGS",
    "NOTICES",
    "OUTCOMES",
    "PASSWORD_CHANGES",
    "PHRASE_WORDS",
    "QUEUES",
    "QUEUE_MEANINGS",
    "REASONS",
    "REFUSALS",
    "REPORT_KINDS",
    "REPORT_RESULTS",
    "REPORT_STATES",
    "RESULTS",
    "ROLES",
    "ROLE_MEANINGS",
    "SANCTIONS",
    "SIGNS",
    "SOURCES",
    "STATES",
    "STATUSES",
    "TITLES",
    "VERDICTS",
    "WAYS",
]
