"""The layout of the tree: few modules at the roots, purity that is held and not only said."""

import ast
import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
MOST_AT_A_ROOT = 5


@pytest.mark.parametrize("root", ["bot", "store"])
def test_a_root_has_few_modules_besides_its_folders(root: str) -> None:
    folder = ROOT / root
    modules = [each.stem for each in folder.glob("*.py") if not each.stem.startswith("__")]
    assert modules
    assert len(modules) <= MOST_AT_A_ROOT, modules


def test_what_a_module_says_of_its_purity_is_held_by_a_contract() -> None:
    """import-linter looks at all that the contract's modules reach; those who say so are among them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (held,) = (each["source_modules"] for each in contracts if each["name"].startswith("the pure folders"))
    says = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for root in ("bot", "store")
        for path in (ROOT / root).rglob("*.py")
        if re.search(r"\bPure\b", ast.get_docstring(ast.parse(path.read_text())) or "")
    }
    assert len(says) > 30
    assert {each for each in says if not f"{each}.".startswith(tuple(f"{name}." for name in held))} == set()


LETTERS = re.compile("[ぁ-ゖァ-ヺ一-龥々]")
SENTENCE = re.compile(r"[^\\|()\[\]?*+]*(?:。|です|ます|ません|ください)")
TELLS = re.compile("Say|fixed|saying|Items|Lines|Table|Listing|Choices?|Answer|unknown")
READS = re.compile(
    "lazily|_role|compile|match|search|fullmatch|r?find|finditer|findall|sub|split|replace|startswith|endswith"
    "|r?partition|remove(?:pre|suf)fix|[lr]?strip"
)
READING = (ast.Compare, ast.MatchValue, ast.Subscript, ast.comprehension)
LONGEST_READ, LONGEST_JOINED = 3, 1  # letters of a word that is looked for; of a particle or an ending


def worded(source: str) -> list[str]:
    """The Japanese by which a module says something, and does not only read.

    That is a sentence, what an answer is given, and in a function what is joined to values or is no short
    word. What a text is compared with, looked up in or searched for reads, as patterns outside of functions.
    """
    return [f"{inside[0].lineno}: {text}" for text, inside in strings(source) if is_wording(text, inside)]


def strings(source: str) -> Iterator[tuple[str, list[Any]]]:
    """Each string of a module, docstrings left out, with the nodes that it stands in, itself first."""
    tree = ast.parse(source)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        inside = [node]
        while inside[-1] in above:
            inside.append(above[inside[-1]])
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and type(inside[1]) is not ast.Expr:
            yield node.value, inside


def is_wording(text: str, inside: list[Any]) -> bool:
    """Whether a string is worded and not read."""
    given_to = [
        getattr(call.func, "attr", getattr(call.func, "id", ""))
        for below, call in itertools.pairwise(inside)
        if isinstance(call, ast.Call) and below is not call.func
    ]
    if any(isinstance(each, READING) for each in inside) or any(map(READS.fullmatch, given_to)):
        return False
    kinds, letters = set(map(type, inside)), len(LETTERS.findall(text))
    is_reason = any(isinstance(each, ast.keyword) and each.arg == "why" for each in inside)
    if SENTENCE.fullmatch(text) or (letters and (is_reason or any(map(TELLS.fullmatch, given_to)))):
        return True
    is_joined = kinds & {ast.JoinedStr, ast.BinOp} or getattr(inside[1], "attr", "") == "format"
    is_long = letters > (LONGEST_JOINED if is_joined else LONGEST_READ)
    return is_long and bool(kinds & {ast.FunctionDef, ast.Lambda})


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((ROOT / "bot" / "ask").rglob("*.py")) if path.name != "wording.py"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_what_answers_a_question_words_nothing(path: Path) -> None:
    """It gives findings: sentences stand in the two modules `wording`, each a function of what was found."""
    assert worded(path.read_text()) == []


@pytest.mark.parametrize(
    ("line", "is_worded"),
    [
        ('return Say(f"{count}件です。", "bold")', True),
        ('return f"全部で{count}個"', True),
        ('return "全部で{}個".format(count)', True),
        ('return "合わせて" + count', True),
        ('return Items((("合計", count),))', True),
        ('return unknown(why=("無い",))', True),
        ('return answered(why=reason or "無い")', True),
        ('told = "見つかりませんでした"', True),
        ('return fixed("無い")', True),
        ('return found("何件", text.startswith("何件"))', False),
        ('return re.sub("(?:いくつ|どれだけ)あるか", "", text)', False),
        ('return text == "いくつありますか" or COLUMNS["事業の概要"]', False),
        ('return read(f"{term}は")', False),
        ("return wording.counted(count)", False),
    ],
)
def test_wording_is_told_from_reading(line: str, is_worded: bool) -> None:
    assert bool(worded(f"def handler(count, text, term):\n    {line}")) == is_worded


def test_a_sentence_is_wording_outside_of_functions_too_and_a_pattern_is_none() -> None:
    assert worded('NOTHING = "見つかりませんでした。"')
    assert not worded('_END = r"(?:です|でした)?か"\n_ASKS = rf"何件{_END}"')
