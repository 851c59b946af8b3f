"""The text that a widget runs: the kit as a scope of its own, then the figure's file."""

import gzip
import re

import pytest

from nnbook.figures import BY_NAME, _front


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_module_has_one_kit_and_no_import(name):
    text = _front.module(name)
    kit, own = text.split(_front.SEAM)
    assert "import " not in re.sub(r"//.*|/\*.*?\*/", "", text, flags=re.DOTALL)
    assert "export default figure(" in own
    assert "export" not in re.sub(r"//.*|/\*.*?\*/", "", kit, flags=re.DOTALL)
    assert own.count("export ") == 1
    assert re.search(r"^const \{ .*add, .*\} = kit;$", own, re.MULTILINE)


def test_all_figures_share_the_same_kit():
    kits = {_front.module(name).split(_front.SEAM)[0] for name in BY_NAME}
    assert len(kits) == 1


@pytest.mark.parametrize(
    "text",
    [
        'import { add } from "./other.js";\n',
        'import { add } from "./parts/wild.js";\nimport { figure } from "./kit.js";\n',
        'import { add } from "./kit.js";\nimport * as d3 from "https://example.org/d3.js";\n',
        "export default 1;\n",
    ],
)
def test_any_other_import_is_refused_with_the_files_name(tmp_path, monkeypatch, text):
    (tmp_path / "kit.js").write_text("export const add = 1;\n")
    (tmp_path / "frame.js").write_text("")
    (tmp_path / "odd.js").write_text(text)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "wild.js").write_text('import { figure } from "../odd.js";\n')
    monkeypatch.setattr(_front, "FRONT", tmp_path)
    with pytest.raises(
        ImportError, match=r'(odd|wild)\.js: its only imports are one line from "\.{1,2}/kit\.js"'
    ):
        _front.module("odd")


def test_a_part_is_a_scope_of_its_own_with_the_kit_in_it(tmp_path, monkeypatch):
    (tmp_path / "kit.js").write_text("export const add = 1;\n")
    (tmp_path / "frame.js").write_text("")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "unit.js").write_text(
        'import { add } from "../kit.js";\nconst hidden = 2;\nexport const unit = add + hidden;\n'
    )
    (tmp_path / "odd.js").write_text(
        'import { add } from "./kit.js";\nimport { unit } from "./parts/unit.js";\n'
        "const hidden = 3;\nexport default [add, unit, hidden];\n"
    )
    monkeypatch.setattr(_front, "FRONT", tmp_path)
    kit, own = _front.module("odd").split(_front.SEAM)
    assert kit == "const kit = (() => {\nconst add = 1;\n\nreturn { add };\n})();"
    assert own == (
        "const { add } = kit;\n"
        "const { unit } = (() => {\nconst { add } = kit;\nconst hidden = 2;\n"
        "const unit = add + hidden;\n\nreturn { unit };\n})();\n"
        "const hidden = 3;\nexport default [add, unit, hidden];\n"
    )


def test_the_kit_is_light():
    text, _ = _front.module("activation").split(_front.SEAM)
    assert len(gzip.compress(text.encode())) < 8_000


def test_whole_lines_of_comment_stay_at_home_and_nothing_else():
    text, own = _front.module("activation").split(_front.SEAM)
    files = "".join((_front.FRONT / name).read_text("utf-8") for name in _front.KIT)
    code = [line for line in files.splitlines() if not re.match(r" *(//|/\*|\*)|$", line)]
    kept = [re.sub(r"^export ", "", line) for line in code if "./" not in line]
    shipped = [line for line in text.splitlines()[1:-2] if line]
    assert shipped == kept
    assert own.lstrip().startswith("//")


def palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--nn-(\w+): (#[0-9a-f]{3,6});", block))


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colors."""

    def luminance(color: str) -> float:
        digits = color[1:] if len(color) == 7 else "".join(2 * c for c in color[1:])
        parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_and_lines_stand_out_from_the_paper(theme):
    light, dark = _front.style().split('html[data-theme="dark"] .nnfig', 1)
    colors = palette((light, dark)[theme])
    for name in ("blue", "orange", "green", "purple", "ink", "muted"):
        assert contrast(colors[name], colors["paper"]) >= 4.5, name
        assert contrast(colors[name], colors["tint"]) >= 4.5, name
    assert contrast(colors["field"], colors["paper"]) >= 3, "the frames of buttons and fields"
