"""The command `jupyter-book` as it is installed, but 3 s faster."""

import gc
import sys

# jsonschema takes 2 s to prepare a check of addresses that no schema here asks for.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
# Sphinx makes millions of objects and drops few: Python would look for those all the time.
gc.set_threshold(50_000)

from jupyter_book.cli.main import main  # noqa: E402

main()
