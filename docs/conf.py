"""How `make docs` builds the manual. What it says is in the Markdown files beside this one."""

import re
from pathlib import Path

_SOURCE = Path(__file__).parent.parent / "src" / "tertulia" / "__init__.py"

project = "Tertulia"
copyright = "the authors of Tertulia, Apache-2.0"
author = "the authors of Tertulia"
# Read, not imported: the manual builds without the server's packages.
release = re.search(r'__version__ = "([^"]+)"', _SOURCE.read_text(encoding="utf-8")).group(1)
version = release

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
root_doc = "index"
language = "en"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"Tertulia {release}"
html_copy_source = False
html_show_sourcelink = False
# Nothing of the manual is fetched from elsewhere, so that it reads offline.
html_theme_options = {"source_view_link": ""}
