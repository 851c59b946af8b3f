"""CITATION.cff follows its schema, by the schema's own tool."""

from fresh import ROOT, run, venv


def test_the_citation_is_valid(tmp_path):
    python = venv(tmp_path / "venv", "3.11", "cffconvert==2.0.0")
    convert = python.with_name("cffconvert")
    run(convert, "--validate", "--infile", ROOT / "CITATION.cff")
    bibtex = run(convert, "--format", "bibtex", "--infile", ROOT / "CITATION.cff")
    assert "Introduction to Deep Learning" in bibtex
