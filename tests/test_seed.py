"""The published list is kept byte for byte."""

import hashlib
import subprocess

from tests.conftest import SEED, SEEDS


def test_the_list_is_what_the_readme_says_it_is() -> None:
    digest = hashlib.sha256(SEED.read_bytes()).hexdigest()
    assert digest == "4743a0fab6af7e2e245f53b2b6c2e5c67e238e8933e53c2aab31e57625661f05"
    assert f"{digest}  {SEED.name}" in (SEEDS / "README.md").read_text(encoding="utf-8")


def test_git_never_alters_it() -> None:
    answer = subprocess.run(
        ["git", "check-attr", "text", "--", f"seeds/{SEED.name}"],
        cwd=SEEDS.parent,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.strip().endswith("text: unset") or answer.returncode  # 128: not in a git checkout
