"""`make golden`: what counts as a difference between two trees, and what does not."""

import copy
import json

import pytest

from bench.golden_compare import compare, message, show, steady
from bench.golden_pass import drawn, read_texts

VALUE = json.dumps({"q": "ロボットの担当課は？", "k": "field", "c": ["97"]}, ensure_ascii=False)
BLOCKS = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "担当課は、*科学技術振興課*です。"}},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "text": {"type": "plain_text", "text": "詳しく"},
                "action_id": "detail",
                "value": "2021 97",
            }
        ],
    },
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {"text": {"type": "plain_text", "text": "はい"}, "value": f"1{VALUE}"},
            }
        ],
    },
]


def record(surface="/jigyo", blocks=BLOCKS, text="担当課は、科学技術振興課です。", **more):
    return {
        "list": "seed",
        "surface": surface,
        "asked": ["ロボットの担当課は？"],
        "got": message(text, blocks) | more,
    }


def changed(was: str, now: str):
    return record(blocks=json.loads(json.dumps(BLOCKS, ensure_ascii=False).replace(was, now)))


def told(base, here) -> dict:
    return {name: pair for each in compare(base, here).differing for name, pair in each.fields.items()}


def test_equal_answers_are_no_difference():
    assert told([record()], [copy.deepcopy(record())]) == {}


@pytest.mark.parametrize(
    ("was", "now", "field"),
    [
        ("科学技術振興課", "情報政策課", "shown"),
        ('\\"k\\": \\"field\\"', '\\"k\\": \\"list\\"', "kind"),
        ('[\\"97\\"]', '[\\"97\\", \\"9\\"]', "citations"),
        ("詳しく", "くわしく", "buttons"),
        ('"detail"', '"details"', "buttons"),
        ("2021 97", "2021 9", "buttons"),
        ("mrkdwn", "plain_text", "layout"),
    ],
)
def test_what_changed_is_told(was: str, now: str, field: str):
    assert field in told([record()], [changed(was, now)])


def test_a_changed_text_is_told_once_with_the_surfaces_it_changed_on():
    surfaces = ("/jigyo", "mention")
    base = [record(surface, text="97です。") for surface in surfaces]
    here = [record(surface, text="98です。") for surface in surfaces]
    lines = list(show(compare(base, here), most=20))
    assert "「ロボットの担当課は？」 seed /jigyo, seed mention" in lines
    assert lines[-2:] == ["  text      -97です。", "  text      +98です。"]


def test_new_json_keys_are_no_difference_and_lost_ones_are():
    old = [record(hits=[{"number": "97"}])]
    new = [record(hits=[{"number": "97", "missing": []}], answered_by="all terms")]
    assert told(old, new) == {}
    assert told(new, old).keys() == {"hits", "answered_by"}


def test_an_answer_that_one_tree_lacks_is_a_difference():
    assert len(compare([record()], []).differing) == len(compare([], [record()]).differing) == 1


def test_times_ports_and_random_keys_are_no_difference():
    def button(key: str) -> dict:
        return {"action_id": "turn", "text": {"text": "次へ"}, "value": f"10 @{key}"}

    assert steady(button("abcdefgh-_123456")) == steady(button("ABCDEFGH-_654321"))
    assert steady({"took_ms": 1.5, "total": 1}) == {"total": 1}
    assert steady("http://127.0.0.1:40001/x") == steady("http://127.0.0.1:40002/x")
    assert steady("受付番号 0123abcd を") == steady("受付番号 9876fedc を")


def test_a_value_as_long_as_a_random_key_is_compared():
    assert steady({"value": "=supersmartcity12"}) == {"value": "=supersmartcity12"}


def test_every_query_and_question_is_said_on_every_surface(tmp_path):
    (tmp_path / "search-own.tsv").write_text(
        "query\tkind\trelevant\nロボット\tkeyword\t97\n", encoding="utf-8"
    )
    (tmp_path / "ask-own.jsonl").write_text('{"ask": "ロボットの担当課は？"}\n', encoding="utf-8")
    (tmp_path / "talks.jsonl").write_text(
        '{"turns": [{"ask": "ロボット"}, {"ask": "担当は？"}]}\n', encoding="utf-8"
    )
    (tmp_path / "ask-own-review.jsonl").write_text('{"ask": "防衛省の事業は？"}\n', encoding="utf-8")
    alone, talks = read_texts(tmp_path, "seed")
    said = {(talk.surface, talk.turns) for talk in talks}
    assert alone == ["ロボット", "ロボットの担当課は？"]
    assert said >= {(surface, (text,)) for surface in ("/jigyo", "mention", "dm") for text in alone}
    assert said >= {("mention", ("ロボット", "担当は？")), ("dm", ("ロボット", "担当は？"))}
    assert read_texts(tmp_path, "review")[0] == ["防衛省の事業は？"]


def test_a_share_is_the_same_texts_every_time():
    texts = [f"{number}番の事業" for number in range(1000)]
    shared = [text for text in texts if drawn(text, 8)]
    assert 60 < len(shared) < 250
    assert shared == [text for text in texts if drawn(text, 8)]
    assert all(drawn(text, 1) for text in texts)
