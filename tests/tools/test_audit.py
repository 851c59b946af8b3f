"""tools/audit.py tells known holes from packages of which nothing could be learned."""

import subprocess

import audit
import pytest

SOUND = {"name": "numpy", "version": "2.4.6", "vulns": []}
HOLE = {"id": "PYSEC-1", "fix_versions": ["3.2"]}
HOLED = {"name": "jinja2", "version": "3.1", "vulns": [HOLE]}
UNKNOWN = {"name": "nbval", "skip_reason": "not found"}


def test_a_known_hole_is_named_with_its_cure(capsys):
    assert audit.told([SOUND, HOLED]) == 1
    said = capsys.readouterr().out
    assert "jinja2 3.1: PYSEC-1, mended in 3.2" in said
    assert "2 of 2 looked up, 1 known holes" in said


def test_what_is_not_known_is_not_called_sound(capsys):
    assert audit.told([SOUND, UNKNOWN]) == 0
    said = capsys.readouterr().out
    assert "1 of 2 looked up" in said
    assert "1 are not known there, or it could not be reached" in said


@pytest.mark.parametrize("word", ["install", "pip_audit"])
def test_what_cannot_be_reached_is_said(word, capsys, monkeypatch):
    def run(*command):
        fails = word in command
        return subprocess.CompletedProcess(command, fails, "", "no route to host" * fails)

    monkeypatch.setattr(audit, "run", run)
    assert audit.packages() == 0
    assert "no route to host" in capsys.readouterr().out


def test_the_locks_are_there():
    assert all((audit.ROOT / lock).exists() for lock in audit.LOCKS)
