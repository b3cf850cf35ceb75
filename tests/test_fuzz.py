"""A sample of `make fuzz`: hostile strings on every surface, mutated files and requests."""

from pathlib import Path

import pytest

from bench import fuzz_requests, fuzz_strings, fuzz_uploads

SEED = 2026
BUSY = 10.0  # times the CPU of an idle machine: the suite shares its own


def test_strings_typed_and_stored_are_harmless_on_every_surface(tmp_path: Path):
    tallies = fuzz_strings.strings(SEED, range(8), tmp_path)
    assert [line for each in tallies for line in each.failures if "s of CPU" not in line] == []
    assert len(tallies) == 18
    assert {each.strings for each in tallies} == {8}
    assert max(each.cpu for each in tallies) < fuzz_strings.MOST_CPU * BUSY


def test_what_must_not_be_is_noticed():
    """The judge of the others: each of these is found."""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}
    assert ("live", "<!channel>") in fuzz_strings.problems_of({"text": "x", "blocks": [section]})
    assert [kind for kind, _ in fuzz_strings.problems_of({"text": "a\u202eb"})] == ["screen"]
    assert [kind for kind, _ in fuzz_strings.problems_of({"text": ""})] == ["over"]
    assert [kind for kind, _ in fuzz_strings.problems_of("\x1b[31m")] == ["screen"]
    assert list(fuzz_strings.problems_of({"text": "<@U0ADMIN> &lt;!channel&gt;"})) == []


def test_mutated_requests_are_answered_or_refused():
    tallies, _ = fuzz_requests.run(SEED, range(60), most_cpu=BUSY, most_mb=1_000)
    assert [line for each in tallies for line in each.failures] == []
    assert sum(each.answered for each in tallies) > 15
    assert sum(each.refused for each in tallies) > 15


@pytest.mark.slow  # test_hostile_files has a file of every kind
def test_mutated_files_are_refused_or_loaded():
    tallies = fuzz_uploads.run(SEED, range(10), most_cpu=BUSY, most_mb=1_000)
    assert [line for each in tallies for line in each.failures] == []
    assert sum(each.files for each in tallies[:-1]) == 10
