"""The layout of the tree: few modules at the roots."""

from pathlib import Path

import pytest

MOST_AT_A_ROOT = 5


@pytest.mark.parametrize("root", ["bot", "store"])
def test_a_root_has_few_modules_besides_its_folders(root: str) -> None:
    folder = Path(__file__).parent.parent / root
    modules = [each.stem for each in folder.glob("*.py") if not each.stem.startswith("__")]
    assert modules
    assert len(modules) <= MOST_AT_A_ROOT, modules
