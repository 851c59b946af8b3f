"""Published files from the reader's folder NNBOOK_DATA, the cache or, where allowed, the network.
Each is verified by SHA-256 at every use; half or wrong files are never put in place."""

import hashlib
import os
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

TIMEOUT = (3.05, 10.0)  # seconds: until an address answers, and between two pieces of a file
LARGEST = 2**26  # bytes that a file may unpack to; the largest here has 47 million


class Unavailable(OSError):
    """The files are not on this machine, or could not be fetched: the message says what to do."""


class Published(NamedTuple):
    """A data set as it was published: gzip files, and addresses that each hold all of them."""

    name: str
    folder: str  # in NNBOOK_DATA and in the cache
    addresses: tuple[str, ...]  # tried in this order; FILE.gz is put behind
    sha256: dict[str, str]  # FILE -> hash of the unpacked FILE

    def read(self, file: str, *, download: bool) -> bytes:
        """The unpacked FILE, as published to the last bit.

        Looked for in NNBOOK_DATA/folder, then in the cache; then fetched, if download is true.
        A wrong one in the cache counts as not there. ValueError for a wrong one in NNBOOK_DATA,
        which stays; Unavailable if there is none.
        """
        wanted, packed = self.sha256[file], f"{file}.gz"
        if (data := _folder_of_the_reader()) and (path := data / self.folder / packed).exists():
            try:
                return _unpacked(path, wanted)
            except _Refused as refused:
                cure = f"replace it with {self.addresses[0]}{packed}, or remove it"
                raise ValueError(f"{path} is not {self.name}'s: {refused}; {cure}") from None
        missing, cure = "is not on this machine", "load it once without download=False"
        try:
            from pooch import os_cache  # here, as it takes as long to import as NumPy
        except ImportError:
            download, cure = False, "install pooch, which downloads it"
        else:
            path = Path(os_cache("nnbook"), self.folder, packed)
            if path.exists():
                try:
                    return _unpacked(path, wanted)
                except _Refused:
                    missing = "was damaged on this machine"
        if download:
            return self._fetched(path, wanted)
        cure += f", or put it into NNBOOK_DATA/{self.folder}"
        raise Unavailable(f"{self.name}'s {packed} {missing}: {cure}")

    def _fetched(self, target: Path, wanted: str) -> bytes:
        """From the first address that sends the right file; each is asked twice."""
        import pooch

        fetch = pooch.HTTPDownloader(
            progressbar=find_spec("tqdm") is not None,
            timeout=TIMEOUT,
            headers={"Accept-Encoding": "identity"},  # or requests would unpack what is packed
        )

        def verified(address: str, part: str, asks: Any) -> None:
            fetch(address, part, asks)
            _unpacked(Path(part), wanted)  # and only then pooch puts it in place

        reason: object = ""
        for address in self.addresses:
            store = pooch.create(target.parent, address, registry={target.name: None})
            store.retry_if_failed = 1
            try:
                target.unlink(missing_ok=True)  # a damaged one
                store.fetch(target.name, downloader=verified)
                return _unpacked(target, wanted)
            except (OSError, _Refused) as error:  # requests' errors are of the first kind
                reason = _innermost(error)
        tried = f"tried {len(self.addresses)} addresses for {target.name}, the last with: {reason}"
        cure = f"put the file into {target.parent} or into NNBOOK_DATA/{self.folder}"
        raise Unavailable(f"{self.name} could not be downloaded ({tried}): {cure}")


class _Refused(ValueError):
    """What arrived is not what was published."""


def _folder_of_the_reader() -> Path | None:
    if not (value := os.environ.get("NNBOOK_DATA")):
        return None
    cure = f"set it to {os.path.abspath(os.path.expanduser(value))}"
    if not Path(value).is_absolute():
        raise ValueError(f"NNBOOK_DATA must be an absolute path, got {value!r}: {cure}")
    if not Path(value).is_dir():
        raise ValueError(f"NNBOOK_DATA={value} is not a folder: make it, or unset NNBOOK_DATA")
    return Path(value)


def _unpacked(path: Path, wanted: str) -> bytes:
    """The content of a gzip file. Its hash counts, and not the file's: gzip notes dates as well."""
    import gzip  # here, since a page must start soon

    try:
        with gzip.open(path) as file:
            content = file.read(LARGEST)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        found = f"no whole gzip file ({error})"
    else:
        found = hashlib.sha256(content).hexdigest()
        if found == wanted:
            return content
    raise _Refused(f"SHA-256 of the unpacked content must be {wanted}, found {found}")


def _innermost(error: Exception) -> str:
    """requests wraps urllib3's error, which wraps the system's: only that one is for people."""
    for inner in (getattr(error, "reason", None), *error.args):
        if isinstance(inner, Exception):
            return _innermost(inner)
    return str(error)
