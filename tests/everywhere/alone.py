"""Executes notebooks, each alone in an empty folder, as on Colab: `python alone.py NOTEBOOK ...`.

Runs in the environment that is tried, with its Python and nbclient (Colab's image has both). Prints
a line of JSON for each notebook; fails if one does, or if a package that was there has changed.
"""

import json
import shutil
import sys
import tempfile
import time
from importlib.metadata import distributions
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def packages() -> dict[str, str]:
    return {str(found.metadata["Name"]).lower(): found.version for found in distributions()}


def execute(source: Path) -> dict[str, object]:
    """What the notebook printed and how long it took, in a folder with nothing else in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(source, folder))
        notebook = nbformat.read(path, as_version=4)
        start = time.monotonic()
        resources = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=900, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = [output["text"] for output in outputs if output.output_type == "stream"]
    printed += [output["data"].get("text/markdown", "") for output in outputs if "data" in output]
    shown = {kind for output in outputs for kind in output.get("data", {})}
    return {
        "notebook": source.name,
        "seconds": round(time.monotonic() - start, 1),
        "printed": "".join(printed),
        "kinds": sorted(shown),
    }


def main() -> None:
    before = packages()
    for name in sys.argv[1:]:
        print(json.dumps(execute(Path(name))), flush=True)
    after = packages()
    changed = {name: version for name, version in before.items() if after.get(name) != version}
    print(json.dumps({"added": sorted(after.keys() - before.keys()), "changed": sorted(changed)}))
    if changed:
        sys.exit(f"These packages are no longer what they were: {', '.join(sorted(changed))}.")


if __name__ == "__main__":
    main()
