"""lock.txt and tests/lock.txt pin all that the book runs on, with hashes, as required."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import freeze
import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
DIRECT = ["requirements.txt", "tests/requirements.txt"]
LOCKS = ["lock.txt", "tests/lock.txt"]


def pins(*files):
    """The requirements in these files that hold for this Python on this system."""
    lines = [line for file in files for line in (ROOT / file).read_text("utf-8").splitlines()]
    text = [re.sub(r"(^|\s)#.*|\s--hash=\S+|\s?\\$", "", line).strip() for line in lines]
    found = [Requirement(line) for line in text if line]
    return [pin for pin in found if pin.marker is None or pin.marker.evaluate()]


def versions(*files):
    return {canonicalize_name(pin.name): str(pin.specifier)[2:] for pin in pins(*files)}


def installed(names):
    """What is installed of these packages and of all that they need: name -> version."""
    found, todo = {}, [(name, "") for name in names]
    seen = set()
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            package = distribution(name)
        except PackageNotFoundError:  # for another system or Python
            continue
        found[name] = package.version.partition("+")[0]  # torch's 2.13.0+cpu is 2.13.0
        for line in package.requires or []:
            need = Requirement(line)
            environment = default_environment() | {"extra": extra}
            if need.marker is None or need.marker.evaluate(environment):
                needed = canonicalize_name(need.name)
                todo += [(needed, e) for e in {"", *need.extras}]
    return found


def test_every_requirement_is_pinned_to_one_version():
    for pin in pins(*DIRECT, *LOCKS):
        assert re.fullmatch(r"==[^*,]+", str(pin.specifier)), pin


def test_no_package_is_pinned_twice():
    for files in (DIRECT, LOCKS):
        names = [canonicalize_name(pin.name) for pin in pins(*files)]
        assert len(names) == len(set(names))


def test_the_locks_hold_what_is_required():
    for direct, lock in zip(DIRECT, LOCKS, strict=True):
        assert versions(direct).items() <= versions("lock.txt", lock).items(), (
            "run `python tools/freeze.py`"
        )


def test_every_package_of_a_lock_has_hashes():
    for file in LOCKS:
        for entry in freeze.entries(ROOT / file):
            assert re.search(r" \\\n    --hash=sha256:[0-9a-f]{64}\b", entry), entry
        assert (ROOT / file).read_text("utf-8").endswith("".join(freeze.entries(ROOT / file)))


def test_every_direct_requirement_says_why():
    for file in DIRECT:
        for line in (ROOT / file).read_text("utf-8").splitlines():
            assert "==" not in line or re.search(r"\S  +# \S", line), line


def test_all_that_is_installed_for_the_book_is_pinned_to_that_version():
    wanted = versions(*LOCKS)
    present = installed(versions(*DIRECT))
    missing = versions(*DIRECT).keys() - present.keys()
    if missing:
        pytest.skip(f"not an environment made by make: it lacks {', '.join(sorted(missing))}")
    assert present.items() <= wanted.items()


def test_what_nnbook_needs_is_among_the_requirements():
    direct = versions(*DIRECT)
    needs = [Requirement(line) for line in distribution("nnbook").requires or []]
    assert needs
    for need in needs:
        assert direct[canonicalize_name(need.name)] in need.specifier, need


def test_binder_installs_the_same_from_one_file_so_that_it_can_keep_the_layer():
    text = freeze.BINDER.read_text("utf-8")
    assert text == freeze.binder(freeze.pins()), "run `python tools/freeze.py`"
    assert not re.search(r"^-[rce]|^\.", text, re.MULTILINE)
    assert re.search(r"^torch==[\d.]+\+cpu$", text, re.MULTILINE)
    assert not re.search("nvidia|triton|pywinpty", text)
