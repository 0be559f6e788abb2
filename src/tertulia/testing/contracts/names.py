"""The form of a stable word: names of plug-ins, codes of findings and remarks."""

import re
from typing import Final

NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
