"""The faults that faults.py plants: each can still be planted, and what should notice is there."""

import re

import pytest
from faults import ROOT, kept, listed


@pytest.mark.style
@pytest.mark.parametrize("fault", listed(), ids=lambda fault: fault.name)
def test_a_fault_has_its_place_and_its_checks(fault):
    text = (ROOT / fault.file).read_text("utf-8")
    assert text.count(fault.old) == 1, f"{fault.file} has not once: {fault.old}"
    assert fault.new != fault.old
    paths = [ROOT / check for check in fault.checks]
    assert all(path.exists() for path in paths)
    files = [
        file for path in paths for file in (path.rglob("test_*.py") if path.is_dir() else [path])
    ]
    names = "\n".join(file.stem + file.read_text("utf-8") for file in files)
    assert not fault.only or any(word in names for word in re.findall(r"\w{4,}", fault.only))


def test_the_table_has_every_fault_and_what_noticed_it():
    rows = kept()
    assert list(rows) == [fault.name for fault in listed()]
    assert not [name for name, row in rows.items() if "NOTHING" in row]
