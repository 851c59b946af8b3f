"""The built website and a browser, for the proofs that open pages."""

from python_page import worker
from serving import browser, site

__all__ = ["browser", "site", "worker"]
