"""The built website and a browser, for the proofs that open pages."""

from serving import browser, site

__all__ = ["browser", "site"]
