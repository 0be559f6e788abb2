"""Writes src/tertulia/services/common_passwords.txt: the passwords that most people choose, of the length of ours.

The data are those of zxcvbn, asked from the package of that name on PyPI, which is not needed to run Tertulia.
Usage: python scripts/common_passwords.py, in an environment that has zxcvbn.
"""

import sys
import textwrap
import unicodedata
from importlib.metadata import version
from pathlib import Path
from typing import Final

from zxcvbn.frequency_lists import FREQUENCY_LISTS

TARGET: Final = Path(__file__).parent.parent / "src" / "tertulia" / "services" / "common_passwords.txt"
SHORTEST: Final = 8
"""Shorter ones are refused for that."""
FEWEST: Final = 3_000
"""What OWASP asks for."""
HEAD: Final = """\
# Passwords that many people have, of {shortest} characters and more, in lower case: the list `passwords` of
# zxcvbn {version}, which counts them in published leaks. scripts/common_passwords.py writes this file. Do not edit it.
#
# Data of zxcvbn, https://github.com/dropbox/zxcvbn and https://github.com/dwolfhub/zxcvbn-python. Copyright (c)
# 2012-2016 Dan Wheeler and Dropbox, Inc.; copyright (c) 2016 Daniel Wolf. MIT License:
# Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
# documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
# rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
# persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice
# and this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS
# PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
# MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT
# HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
# ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def main() -> None:
    folded = {unicodedata.normalize("NFC", each).casefold() for each in FREQUENCY_LISTS["passwords"]}
    kept = sorted(each for each in folded if len(each) >= SHORTEST)
    strange = [each for each in kept if each.split() != [each] or each.startswith("#")]
    if len(kept) < FEWEST or strange:
        raise SystemExit(f"{len(kept)} passwords, of which these cannot be written: {strange}")
    # In order: neighbours begin alike, and the file packs well.
    lines = textwrap.wrap(" ".join(kept), 118, break_long_words=False, break_on_hyphens=False)
    head = HEAD.format(shortest=SHORTEST, version=version("zxcvbn"))
    TARGET.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(kept)} passwords\n")


if __name__ == "__main__":
    main()
