"""Says where the book lives: `repository.py URL` writes a new address wherever the old one stands.
Without URL it takes that of git's remote `origin`, if this is one on GitHub.

The address itself stands in `_config.yml`; notebooks, badges and the citation must carry copies,
because they are read without the book's build. tests/tools/test_repository.py finds any other.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
HOLDERS = [
    "_config.yml",
    "README.md",
    "CITATION.cff",
    "pyproject.toml",
    "book/hosting.md",
    "**/*.ipynb",
]
SKIPPED = {".venv", ".git", "_build", ".ipynb_checkpoints"}
FORM = r"(?:https://github\.com/|(?:ssh://)?git@github\.com[:/])([A-Za-z0-9][A-Za-z0-9-]*)/([\w.-]+?)(?:\.git)?/?"


class Repository(NamedTuple):
    owner: str
    name: str

    @property
    def url(self) -> str:
        return f"https://github.com/{self.owner}/{self.name}"

    @property
    def site(self) -> str:
        """Where GitHub Pages puts the website."""
        host = f"https://{self.owner.lower()}.github.io/"
        return host if f"https://{self.name.lower()}/" == host else f"{host}{self.name}/"


def main() -> None:
    present = configured()
    given = "".join(sys.argv[1:]) or origin()
    if not given:
        print(f"The book's address is {present.url}\nTo change it: make repository URL=https://…")
        return
    new = parsed(given)
    changed = [path for path in holders() if rewrite(path, present, new)]
    if not changed:
        print(f"The book's address is {new.url} already.")
        return
    print(f"The book's address is now {new.url}, in")
    print("\n".join(f"  {path.relative_to(ROOT).as_posix()}" for path in changed))
    print(f"Its website, once published: {new.site}")


def origin() -> str:
    """The address that git pushes to, if it is one on GitHub; else ""."""
    git = ["git", "-C", str(ROOT), "remote", "get-url", "origin"]
    try:
        said = subprocess.run(git, capture_output=True, text=True).stdout.strip()
    except OSError:  # no git
        return ""
    return said if re.fullmatch(FORM, said) else ""


def parsed(url: str) -> Repository:
    """The repository at an address as people copy it: with `.git`, with a slash at its end."""
    found = re.fullmatch(FORM, url.strip())
    if not found:
        sys.exit(f"{url} is not of the form https://github.com/OWNER/NAME.")
    return Repository(*found.groups())


def configured() -> Repository:
    """The repository as `_config.yml` has it."""
    text = (ROOT / "_config.yml").read_text("utf-8")
    found = re.search(r"^repository:\n(?:  .*\n)*?  url: (\S+)", text, re.MULTILINE)
    if not found:
        sys.exit("_config.yml names no address: put `url: https://github.com/…` below repository.")
    return parsed(found[1])


def holders() -> Iterator[Path]:
    """The files that may hold the address."""
    for pattern in HOLDERS:
        for path in sorted(ROOT.glob(pattern)):
            if not SKIPPED & set(path.relative_to(ROOT).parts):
                yield path


def rewrite(path: Path, old: Repository, new: Repository) -> bool:
    """Put the new address where the old one stands; whether there was anything to do."""
    before = path.read_bytes().decode("utf-8")
    slug = re.compile(rf"(?<=[/:]){re.escape(f'{old.owner}/{old.name}')}(?![\w-]|\.\w)")
    after = before.replace(old.site, new.site)
    after = slug.sub(f"{new.owner}/{new.name}", after)
    if after == before:
        return False
    path.write_bytes(after.encode("utf-8"))
    return True


if __name__ == "__main__":
    main()
