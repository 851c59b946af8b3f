"""A Python that reads notebooks begins 4 s sooner: `make book` and `make test` load this first."""

import gc
import sys

# jsonschema prepares checks of addresses and dates that no schema here asks for.
for check in ("rfc3987_syntax", "rfc3986_validator", "rfc3339_validator", "isoduration"):
    sys.modules[check] = None  # type: ignore[assignment]
# Sphinx and pytest make millions of objects and drop few: Python would look for those all the time.
gc.set_threshold(50_000)
