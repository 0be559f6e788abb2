"""Contract suites for plug-in authors: subclass one in a test module, say how your plug-in is made, and pytest runs
what every plug-in of that kind must keep.

    class TestMyRule(RuleContract):
        def rule(self) -> Rule:
            return my_rule.make({})
"""

from tertulia.testing.contracts.exporters import ExporterContract
from tertulia.testing.contracts.importers import ImporterContract, Sample
from tertulia.testing.contracts.notifiers import NotifierContract, message
from tertulia.testing.contracts.rules import RuleContract, screening
from tertulia.testing.contracts.sign_ins import SignInContract

__all__ = [
    "ExporterContract",
    "ImporterContract",
    "NotifierContract",
    "RuleContract",
    "Sample",
    "SignInContract",
    "message",
    "screening",
]
