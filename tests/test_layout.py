"""The layout of the tree: few modules at the roots, purity that is held and not only said."""

import ast
import re
import tomllib
from pathlib import Path

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
