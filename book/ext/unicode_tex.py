"""The TeX of a formula that is written in Unicode, as in a docstring: y = x Wᵀ + b, σ′(x), ∂L/∂x.

`a / b`, with spaces, is a fraction, as is ∂L/∂x; any other a/b keeps its slash. One letter is a
variable, several are a name. What has no TeX here is a FormulaError that says what is in the way.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from tex import FormulaError

TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<code>`[^`]*` | (?:\w+=)?"[^"]*" | \w+=[\w.]+)
    | (?P<number>\d+(?:,\d{3}(?!\d))*(?:\.\d+)?(?:e-?\d+)? | [½⅓⅔¼¾⅛])
    | (?P<word>[A-Za-z][A-Za-z0-9]*(?:['’-][A-Za-z0-9]+)+ | [A-Za-z]\.[A-Za-z]\.
        | (?=[A-Za-z]*[À-ÖØ-öø-ſ])[A-Za-zÀ-ſ]{2,})
    | (?P<name>(?:[A-Za-z]{2}|[A-Za-z](?=_\w\w|\.[A-Za-z]))[A-Za-z0-9]*(?:[._][A-Za-z0-9]+)*_?)
    | (?P<open>[(\[⌈⌊]) | (?P<close>[)\]⌉⌋]) | (?P<bar>\|) | (?P<comma>,)
    | (?P<prefix>[√∂∇ΣΠ]) | (?P<script>[\^_′])
    | (?P<other>.)""",
    re.VERBOSE,
)
COMPARISONS = {
    "=": "=", "<": "<", ">": ">", "~": r"\sim", "≈": r"\approx", "≤": r"\le", "≥": r"\ge",
    "≠": r"\ne", "←": r"\gets", "→": r"\to", "∈": r"\in", "∝": r"\propto",
}  # fmt: skip
SIGNS = {
    **COMPARISONS, ",": ",", "/": "/", "+": "+", "−": "-", "±": r"\pm", "·": r"\cdot",
    "×": r"\times", "÷": r"\div", "⊙": r"\odot", "∘": r"\circ",
}  # fmt: skip
PREFIXES = {"√": r"\sqrt", "∂": r"\partial", "∇": r"\nabla", "Σ": r"\sum", "Π": r"\prod"}
LETTERS = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon",
    "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta", "ι": r"\iota", "κ": r"\kappa", "λ": r"\lambda",
    "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau",
    "υ": r"\upsilon", "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega", "Γ": r"\Gamma",
    "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda", "Ξ": r"\Xi", "Φ": r"\Phi", "Ψ": r"\Psi",
    "Ω": r"\Omega", "∞": r"\infty", "…": r"\ldots", "ℓ": r"\ell", "ℝ": r"\mathbb{R}",
}  # fmt: skip
ACCENTS = {"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar"}
BRACKETS = {bracket: bracket for bracket in "()[]"}
BRACKETS |= {"⌈": r"\lceil ", "⌉": r"\rceil ", "⌊": r"\lfloor ", "⌋": r"\rfloor "}
FUNCTIONS = {"cos", "cosh", "exp", "log", "max", "min", "sin", "sinh", "tanh"}  # as TeX has them


class Token(NamedTuple):
    kind: str  # a group of TOKEN; `other` is sorted further: letter, script, sign or none of them
    text: str


END = Token("end", "")


def tokens(text: str) -> list[Token]:
    matches = TOKEN.finditer(unicodedata.normalize("NFC", text))
    return [Token(_kind(match.lastgroup or "", match[0]), match[0]) for match in matches]


def _kind(group: str, text: str) -> str:
    if group != "other":
        return group
    if _raises(text) or _lowers(text):
        return "script"
    if text.isalpha() or text in LETTERS or text in ACCENTS:
        return "letter"
    # A sign that no table knows is part of a formula too: an error, where it would pass for prose.
    return "sign" if text in SIGNS or unicodedata.category(text) in ("Sm", "Mn") else "other"


def _raises(text: str) -> bool:
    return unicodedata.decomposition(text).startswith("<super>")


def _lowers(text: str) -> bool:
    return unicodedata.decomposition(text).startswith("<sub>")


def tex(formula: str, fraction: str = r"\frac") -> str:
    """The TeX of `formula`; `fraction` is the command for fractions that stand in no other."""
    return _Reader(formula, fraction).read("end")


class Piece(NamedTuple):
    tex: str
    kind: str = "sign"  # or factor, or operator for what acts on the factors behind it: log, Σ
    bare: str = ""  # a factor without the brackets around it, for fractions and roots


def _factor(tex: str) -> Piece:
    return Piece(tex, "factor", tex)


class _Reader:
    """Goes through a formula from left to right: signs and factors and, in brackets, the same."""

    def __init__(self, formula: str, fraction: str) -> None:
        self.formula, self.fraction = formula, fraction
        self.tokens, self.i = [*tokens(formula), END, END], 0

    @property
    def next(self) -> Token:
        return self.tokens[self.i]

    def take(self) -> str:
        self.i += 1
        return self.tokens[self.i - 1].text

    def wrong(self, why: str) -> FormulaError:
        return FormulaError(f"no TeX for {self.formula} ({why})")

    def unknown(self, text: str) -> FormulaError:
        return self.wrong(f"{text} is in no table of book/ext/unicode_tex.py")

    def read(self, *stops: str) -> str:
        """What stands before a token of one of these kinds."""
        pieces: list[Piece] = []
        while True:
            spaced = self.next.kind == "space" and bool(self.take())
            if self.next.kind in stops:
                return " ".join(piece.tex for piece in pieces).replace(" ,", ",")
            if self._is_fraction(pieces):
                pieces.append(self._fraction(pieces))
            elif self.next.kind in ("sign", "comma"):
                pieces.append(Piece(self._sign()))
            else:
                piece = self._product()
                if spaced and pieces and _apart(pieces[-1], piece):
                    pieces.append(Piece(r"\,"))
                pieces.append(piece)

    def _sign(self) -> str:
        sign = self.take()
        if sign not in SIGNS:
            raise self.unknown(sign)
        return SIGNS[sign]

    def _is_fraction(self, pieces: list[Piece]) -> bool:
        sign, after = self.tokens[self.i : self.i + 2]
        is_derivative = after.text == "∂" and pieces and pieces[-1].tex.startswith(r"\partial")
        return sign.text == "/" and (after.kind == "space" or bool(is_derivative))

    def _fraction(self, pieces: list[Piece]) -> Piece:
        self.take()
        if not pieces or pieces[-1].kind != "factor":
            raise self.wrong("nothing stands before the /")
        top = pieces.pop()
        if pieces and pieces[-1].kind == "operator":
            raise self.wrong(f"{pieces[-1].tex} {top.tex} / … is ambiguous without brackets")
        if self.next.kind == "space":
            self.take()
        if self.next.text in ("Σ", "Π"):
            below = self.read("sign", "comma", "close", "bar", "end")
        else:
            factor = self._product()
            below = factor.bare
            space, behind = self.tokens[self.i : self.i + 2]
            ends = space.kind != "space" or behind.kind in ("sign", "comma", "close", "bar", "end")
            if factor.tex == below and not ends:
                raise self.wrong(f"… / {below} {behind.text} is ambiguous without brackets")
        inner = f"{{{top.bare}}}{{{below}}}".replace(r"\dfrac", r"\frac")
        return _factor(self.fraction + inner)

    def _product(self) -> Piece:
        """Factors without a space between them, which belong together more closely: 2h."""
        piece = self._factor()
        while piece.kind == "factor" and self.next.kind in ("number", "letter", "name", "prefix"):
            behind = self._factor()
            both = f"{piece.tex} {behind.tex}"
            piece = Piece(both, behind.kind, both)
        return piece

    def _factor(self) -> Piece:
        """A number, variable, name, root or bracket with its scripts and, as in f(x), brackets."""
        kind, text = self.next.kind, self.next.text
        if kind == "number":
            piece = _factor(_number(self.take()))
        elif kind == "letter":
            piece = _factor(self._letter())
        elif kind == "name":
            piece = _factor(self._name())
        elif kind in ("open", "bar"):
            piece = self._bracket()
        elif text == "√":
            self.take()
            return _factor(rf"\sqrt{{{self._factor().bare}}}")
        elif text in ("Σ", "Π"):
            return Piece(PREFIXES[self.take()] + self._scripts(), "operator")
        elif text in PREFIXES:
            return _factor(f"{PREFIXES[self.take()]} {self._factor().tex}")
        else:
            raise self.wrong(f"a factor is missing before {text or 'the end'}")
        if scripts := self._scripts():
            piece = _factor(piece.tex + scripts)
        takes = ("open", "bar") if text in FUNCTIONS else ("open",)
        if kind in ("letter", "name") and self.next.kind in takes:
            called = piece.tex + self._bracket().tex
            return _factor(f"{{{called}}}" if r"\operatorname" in piece.tex else called)
        return Piece(piece.tex, "operator") if text in FUNCTIONS else piece

    def _letter(self) -> str:
        if self.next.text == "…" and self.tokens[self.i + 1].kind != "space":
            return rf"{{{LETTERS[self.take()]}}}"  # keeps no distance, as in (N, …)
        before = [token.text for token in self.tokens[: self.i] if token.kind != "space"]
        letter, *accents = unicodedata.normalize("NFD", self.take())
        while self.next.text in ACCENTS:
            accents.append(self.take())
        result = LETTERS.get(letter, letter if letter.isascii() else "")
        if not result or not set(accents) <= ACCENTS.keys():
            raise self.unknown("".join([letter, *accents]))
        for accent in accents:
            result = f"{ACCENTS[accent]}{{{result}}}"
        return r"\mathcal{N}" if letter == "N" and before[-1:] == ["~"] else result

    def _name(self) -> str:
        """A function of TeX, any other that has brackets behind it, or a variable with a name."""
        name = self.take()
        if name in FUNCTIONS:
            return f"\\{name}"
        behind = next(token for token in self.tokens[self.i :] if token.kind != "script")
        if behind.kind == "open":
            return rf"\operatorname{{{name}}}".replace("_", r"\_")
        return rf"\mathrm{{{name}}}".replace("_", r"}\_\mathrm{").replace(".", r"}.\mathrm{")

    def _bracket(self) -> Piece:
        is_bar, left = self.next.kind == "bar", self.take()
        inner = self.read("bar" if is_bar else "close")
        right = self.take()
        is_plain = (left, right) == ("(", ")")
        left, right = (r"\lvert ", r"\rvert ") if is_bar else (BRACKETS[left], BRACKETS[right])
        if "frac{" in inner:
            left, right = rf"\left{left}", rf"\right{right}"
        whole = f"{left}{inner}{right}".rstrip()
        return Piece(whole, "factor", inner if is_plain else whole)

    def _scripts(self) -> str:
        """What is raised or lowered behind a factor: f′, eˣ, e^(−x), wᵢ, `p_y`."""
        result = ""
        while self.next.kind == "script":
            text = self.take()
            if text == "′":
                result += "'"
            elif text in "^_":
                script = self._bracket().bare if self.next.kind == "open" else self._single()
                result += f"{text}{{{script}}}"
            else:
                alike = _raises if _raises(text) else _lowers
                while self.next.kind == "script" and alike(self.next.text):
                    text += self.take()
                script = unicodedata.normalize("NFKC", text)
                script = r"\top" if script == "T" else tex(script)
                result += f"{'^' if alike is _raises else '_'}{{{script}}}"
        return result

    def _single(self) -> str:
        if self.next.kind == "number":
            return _number(self.take())
        if self.next.kind == "letter":
            return self._letter()
        raise self.wrong(f"a letter, a number or a bracket is missing before {self.next.text}")


def _number(text: str) -> str:
    above, _, below = unicodedata.normalize("NFKC", text).partition("⁄")  # ½ is 1⁄2
    return rf"\tfrac{{{above}}}{{{below}}}" if below else above.replace(",", "{,}")


def _apart(left: Piece, right: Piece) -> bool:
    """Whether a thin space stays between two factors: beside a name, and before a bracket."""
    has_name = any(command in left.tex + right.tex for command in (r"\mathrm", r"\operatorname"))
    opens = right.tex.startswith(("(", "[", r"\left"))
    return left.kind == right.kind == "factor" and (has_name or opens)
