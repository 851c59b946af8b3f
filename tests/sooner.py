"""`make test` loads this before all else: each of its processes begins 4 s sooner."""

import gc
import sys

# nbformat reads grammars of addresses and dates that no notebook's schema asks for.
for check in ("rfc3987_syntax", "rfc3986_validator", "rfc3339_validator", "isoduration"):
    sys.modules[check] = None  # type: ignore[assignment]
# Thousands of tests are kept to the end: Python would look through them all the time.
gc.set_threshold(50_000)
