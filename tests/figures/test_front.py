"""The text that a widget runs: the kit as a scope of its own, then the figure's file."""

import gzip
import re

import pytest
from budgets import BUDGETS
from py_mini_racer import MiniRacer

from nnbook.figures import BY_NAME
from nnbook.figures.kit import front


@pytest.fixture
def trial(tmp_path, monkeypatch):
    """A folder of figures with a kit of one line, where a test puts its own."""
    for folder in ("kit", "odd"):
        (tmp_path / folder).mkdir()
    for file in front.KIT:
        (tmp_path / "kit" / file).write_text("")
    (tmp_path / "kit" / front.KIT[0]).write_text("export const add = 1;\n")
    monkeypatch.setattr(front, "FIGURES", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_module_has_one_kit_and_no_import(name):
    text = front.module(name)
    kit, own = text.split(front.KIT_END)
    assert "import " not in re.sub(r"//.*|/\*.*?\*/", "", text, flags=re.DOTALL)
    assert "export default figure(" in own
    assert "export" not in re.sub(r"//.*|/\*.*?\*/", "", kit, flags=re.DOTALL)
    assert own.count("export ") == 1
    assert re.search(r"^const \{\s[^}]*\badd, [^}]*\} = kit;$", own, re.MULTILINE)


@pytest.mark.parametrize("name", [*sorted(BY_NAME), "quiz"])
def test_a_notebook_runs_the_same_module_with_its_keys_and_links_around_it(name):
    text = front.notebook(name)
    v8 = MiniRacer()
    v8.eval(front.code("kit/still.js"))
    v8.eval(
        text.replace("export default ", "const shown = ").replace("export function", "function")
    )
    assert v8.eval("typeof shown.render") == "function"
    assert "data-lm-suppress-shortcuts" not in front.module(name)
    assert ".jp-MarkdownCell" not in front.style(name)


def test_all_figures_share_the_same_kit():
    kits = {front.module(name).split(front.KIT_END)[0] for name in BY_NAME}
    assert len(kits) == 1


@pytest.mark.parametrize(
    "text",
    [
        'import { add } from "../other/part.js";\nimport { figure } from "../kit/kit.js";\n',
        'import { add } from "./wild.js";\nimport { figure } from "../kit/kit.js";\n',
        'import { add } from "../kit/kit.js";\nimport * as d3 from "https://example.org/d3.js";\n',
        "export default 1;\n",
    ],
)
def test_any_other_import_is_refused_with_the_files_name(trial, text):
    (trial / "odd" / "figure.js").write_text(text)
    (trial / "odd" / "wild.js").write_text('import { figure } from "./figure.js";\n')
    with pytest.raises(
        ImportError,
        match=r'odd/(figure|wild)\.js: its only imports are one line from "\.\./kit/kit\.js"',
    ):
        front.module("odd")


def test_a_part_is_a_scope_of_its_own_with_the_kit_in_it(trial):
    part = 'import { add } from "../kit/kit.js";\nconst hidden = 2;\n'
    (trial / "odd" / "unit.js").write_text(f"{part}export const unit = add + hidden;\n")
    (trial / "kit" / "wide.js").write_text(
        part.replace("../kit", ".") + "export const wide = add * hidden;\n"
    )
    (trial / "odd" / "figure.js").write_text(
        'import { add } from "../kit/kit.js";\nimport { unit } from "./unit.js";\n'
        'import { wide } from "../kit/wide.js";\n'
        "const hidden = 3;\nexport default [add, unit, wide, hidden];\n"
    )
    kit, own = front.module("odd").split(front.KIT_END)
    assert kit == "const kit = (() => {\nconst add = 1;\n\nreturn { add };\n})();"
    assert own == (
        "const { add } = kit;\n"
        "const { unit } = (() => {\nconst { add } = kit;\nconst hidden = 2;\n"
        "const unit = add + hidden;\n\nreturn { unit };\n})();\n"
        "const { wide } = (() => {\nconst { add } = kit;\nconst hidden = 2;\n"
        "const wide = add * hidden;\n\nreturn { wide };\n})();\n"
        "const hidden = 3;\nexport default [add, unit, wide, hidden];\n"
    )


def test_the_kit_s_door_passes_on_all_that_its_files_export_for_figures():
    doors = re.findall(r"\{(.*?)\}", front.read("kit/kit.js"))
    passed_on = set(re.findall(r"\w+", " ".join(doors)))
    exported = set(re.findall(r"return \{ (.*) \};\n\}\)\(\)$", front.kit())[0].split(", "))
    assert passed_on == exported


def test_the_kit_is_light():
    text, _ = front.module("activation").split(front.KIT_END)
    assert len(gzip.compress(text.encode())) < BUDGETS["figure"]["kit"]


def test_comments_that_fill_their_lines_and_types_stay_at_home_and_nothing_else():
    code, inside = [], False
    for line in "".join(front.read(f"kit/{name}") for name in front.KIT).splitlines():
        begins = line.lstrip().startswith("/**") and (line.endswith("*/") or "*/" not in line)
        if not (inside or begins or line.lstrip().startswith("//") or " from " in line or not line):
            code.append(re.sub(r"/\*\* @type \{.*?\} \*/ ", "", line).removeprefix("export "))
        inside = (inside or begins) and not line.endswith("*/")
    text, own = front.module("activation").split(front.KIT_END)
    assert [line for line in text.splitlines()[1:-2] if line] == code
    assert own.startswith("const { add,")


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
    light, dark = front.style().split('html[data-theme="dark"] .nnfig', 1)
    colors = palette((light, dark)[theme])
    for name in ("blue", "orange", "green", "purple", "ink", "muted"):
        assert contrast(colors[name], colors["paper"]) >= 4.5, name
        assert contrast(colors[name], colors["tint"]) >= 4.5, name
    assert contrast(colors["field"], colors["paper"]) >= 3, "the frames of buttons and fields"
