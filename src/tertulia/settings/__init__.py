"""The operator's configuration."""

from tertulia.settings.providers import LABELS, Provider
from tertulia.settings.publishers import Publisher
from tertulia.settings.reading import UNSET_SECRET, Settings, WrongSettings, load

__all__ = ["LABELS", "UNSET_SECRET", "Provider", "Publisher", "Settings", "WrongSettings", "load"]
