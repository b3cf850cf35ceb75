"""What help shows can be typed as it stands."""

import re

from bot.messages.home_blocks import help_message
from bot.messages.markup import plain
from bot.messages.message import fits, pages
from bot.slack.router import COMMANDS, first_word
from store.records import Project
from store.search.query import parse

PROJECTS = [
    Project(2021, "72", "市民意識調査", section="統計・データ活用推進室"),
    Project(2021, "74", "行政評価事業", section="企画経営課"),
]

KNOWN = {"市民意識調査", "行政評価事業", "72", "企画経営課"}


def test_every_example_is_a_command_or_a_search_with_the_lists_own_words():
    message = help_message(48, [2021], PROJECTS)
    examples = re.findall(r"`/jigyo ([^`]+)`", plain(pages(message)[0]))
    assert len(examples) >= 9
    for example in examples:
        asked = parse(example)
        either = (term for group in asked.alternatives for term in group)
        words = (*asked.terms, *asked.phrases, *asked.sections, *asked.numbers, *either)
        assert first_word(example)[0] in COMMANDS or any(word in KNOWN for word in words), example
    assert fits(message)


def test_without_a_list_it_says_what_is_to_be_done():
    assert "jigyo load" in help_message(0, [], []).text


def test_it_shows_phrases_exclusions_similar_projects_and_how_deadlines_are_set():
    shown = plain(pages(help_message(48, [2021], PROJECTS))[0])
    for way in ('"行政評価事業"', "課:企画経営課 -市民意識調査", "似ている 72", "締切 設定"):
        assert f"`/jigyo {way}`" in shown
