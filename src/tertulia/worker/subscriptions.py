"""What follows from an event: its wire name and the tasks that are deferred, one job each.

The one table to read for "what happens when …". Live nudges (`realtime/nudges.py`) and metrics follow from every
event without being listed. Tasks receive the event's facts and may be run more than once for one event.
"""

from collections.abc import Mapping, Sequence
from typing import Final

Subscriptions = Mapping[str, Sequence[str]]

# Reply notices, mail to moderators and webhooks come with their issues.
SUBSCRIPTIONS: Final[Subscriptions] = {
    "password.changed": ("mail_password_changed",),
    "appeal.decided": ("mail_appeal_decided",),
    "sanction.imposed": ("mail_sanction",),
    "second-factor.changed": ("mail_second_factor_changed",),
    "report.received": ("mail_report_received",),
    "report.decided": ("mail_report_decided",),
}
