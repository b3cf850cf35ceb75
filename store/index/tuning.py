"""Every weight and threshold of the index and of search, each with the reason for its value.

Weights are relative to 1, the very word in a project's name. Shares are 0 to 1. Where a reason gives no
figure, the value was read off cases of each kind, and `make eval` says what another one costs. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from store.records import MatchType


def _match_weights() -> Mapping[MatchType, float]:
    return MappingProxyType(
        {
            MatchType.EXACT: 1.0,
            MatchType.SPELLING: 1.0,  # すまーとしてぃ is スマートシティ
            MatchType.SYNONYM: 0.75,  # where no project says the word itself; else `other_word`
            MatchType.ABBREVIATION: 0.9,  # the beginnings may be those of other words too
            MatchType.PART: 0.6,  # 税 of 納税: often about something else
            MatchType.EDIT: 0.8,
        }
    )


@dataclass(frozen=True, slots=True)
class FieldWeights:
    """What a word counts in the name, section, purpose, overview and outcome: a name tells what it is."""

    of_term: tuple[float, ...] = (1.0, 0.6, 0.4, 0.36, 0.32)
    """In the score of a hit: that a field says a term, however often. A text never outweighs a name."""

    bm25: tuple[float, ...] = (50.0, 20.0, 4.0, 3.0, 2.5, 0.0)
    """In BM25, which chooses the candidates: no number of occurrences in a text outweighs one in a name; the
    last is that of the filter terms, which tell nothing."""

    bm25_of_question: tuple[float, ...] = (2.0, 1.0, 1.0, 1.0, 1.0)
    """The same for a question, which is worded like a text and not like a name."""

    of_likeness: tuple[float, ...] = (3.0, 0.0, 1.5, 1.0, 0.5)
    """Between projects: to be of one section is not to be alike."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """What a hit's score is made of."""

    match: Mapping[MatchType, float] = field(default_factory=_match_weights)
    """By how what it says relates to the term."""

    other_word: float = 0.3
    """Of a synonym, where some project says the very word: 提言 in a text goes before 提案 in a name. Not of
    one that the city or the thesaurus lists: ガバメントクラウド in a name goes before ガバクラ in a text."""

    whole_name: float = 0.3
    """Added when the terms are the whole name; in proportion when part of it: the shorter name is meant."""

    text_rank: float = 0.08
    """Added for the best BM25 score among the candidates: it decides between equals only."""

    floor_of_rarity: float = 0.1
    """Added to each term's rarity, so that a term that every project says still counts."""

    cell: float = 0.01
    """Of a project that says the terms in columns of its own only: below those whose name or texts do."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """How many projects are looked at, and where a long list is not looked through to its end."""

    small_list: int = 1_000
    """Projects. In a longer list parts of a compound, put together anew or left out, are often chance."""

    scored: int = 20
    """Candidates whose wording is scored, at least; a page asks for more."""

    verified: int = 200
    """The same where each must be read for a phrase as typed."""

    partial: int = 60
    """The same where not all of the query need be said, and of projects like another one."""

    plain: int = 200
    """Matches that are all scored by BM25 (1 to 5 µs each); with more, names come first, then the newest."""

    common: int = 5_000
    """Projects; a term of more is asked for, but not scored: BM25 would count all of them anew."""

    long_list: int = 10_000
    """Projects; in a longer list no more than `counted` matches are counted: each costs a step of FTS5."""

    counted: int = 500
    """Matches: nobody pages beyond, "500件以上" says enough."""

    common_share: float = 0.2
    """A word in more projects than this share tells little of a question, and nothing of likeness. At 0.1
    MRR of questions was .705 instead of .708."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What a project must say when it does not say all."""

    enough: float = 0.4
    """Share of what was asked, by rarity."""

    full_share_up_to: int = 3
    """Words; of more, in proportion less is enough: a long question has many words that no record has."""

    long_compound: int = 7
    """Words of a compound from which on most will do; of a shorter one each part matters."""

    topics: int = 5
    """Nouns of a sentence up to which each may be what it is about: 犬の登録 is about 犬. A longer one has
    enough to be told by."""

    few: int = 3
    """Projects that say all but a part that nobody says, up to which they are offered for it …"""

    half: float = 0.5
    """… and the share of the letters typed that they say."""

    telling: int = 4
    """Letters from which on a lone word in a text is no chance: ドローン of ドローン墜落."""

    cut_up_to: int = 40
    """Letters of what was typed up to which its beginnings and ends are tried one by one. No compound is
    longer, and each of a pasted text's would be a search of its own."""

    near: int = 10
    """Words within which the parts of a compound stand where they mean one thing (申請 and 機能 18 apart
    don't)."""

    near_in_name: int = 6
    """The same in a name, which is shorter."""

    by_chance: float = 1.0
    """Projects that would say all parts of a compound if words fell anywhere: with more, only names count."""


@dataclass(frozen=True, slots=True)
class Reranking:
    """How near wording is to a question (measured on questions that `make eval` does not ask)."""

    found: int = 45
    """Candidates by their telling words: the right one is among the first 80 for .87 to .97 of a task."""

    by_characters: int = 40
    """The best of those, in which runs of characters are looked for."""

    kept_words: int = 3
    """Of a question's words, however common, the rarest that are looked for."""

    most_words: int = 40
    """Words of a question that are looked for: a pasted page has hundreds."""

    postings: int = 60_000
    """Index rows that one question may make SQLite score, at 1 to 5 µs each."""

    saturation: float = 2.0
    """BM25's k1: how soon a word said again counts no more."""

    length: float = 0.9
    """BM25's b: how much a long text is discounted."""

    no_noun: float = 0.5
    """Of its rarity a word counts that is no noun: it says how, and what is asked for are things. MRR .702
    without, .708 with."""

    name: float = 0.3
    """For the share of its name that is asked for, beside 1 for the best BM25. MRR .701 without."""

    runs: float = 0.7
    """For the share of the question's runs of characters (of words in the form of the index) that it has.

    With this, `letters` and the `share` of meaning instead of .9, .6 and .6, .05 MRR was .879 and not .875 of
    JaQuAD's questions, .721 and not .714 of the tasks."""

    letters: tuple[tuple[int, float], ...] = ((2, 0.6), (3, 0.3))
    """By how many letters, as typed, for the share of its runs of so many that it has."""

    run: int = 3
    """Characters of a run; 2, 3 and 4 together do no better."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """How far a term may be from what projects say."""

    ways: int = 12
    """Ways to say one word: groups of synonyms have up to dozens."""

    phrases: int = 64
    """Ways to say one interpretation: FTS5 reads one list for each."""

    reworded: int = 5
    """Words of a term, beyond which nobody says the whole in other words."""

    half_in_kana: int = 12
    """Characters of a term of which some kanji are in kana; what is longer is a sentence."""

    part_in_kana: int = 4
    """Characters in kana from which on a part of a word tells which."""

    with_plural: int = 5
    """Letters from which on an English word may have an s at its end: bus has none."""

    substring: int = 3
    """Characters from which on a term is looked for letter by letter: what a trigram index can find."""

    substring_rows: int = 12
    """Projects that are read for how they cut it."""

    lone_letters: int = 3
    """Words from which on a lone letter may be meant: o for を in romaji."""

    longest_word: int = 30
    """Characters of a term that is English or misspelled: what is longer is no word."""

    consonants: int = 4
    """Consonants of an English word from which on they are those of few words in katakana."""

    vowels_alike: float = 0.6
    """Likeness of the sounds, vowels and all: words with the same consonants may differ in every vowel."""

    longest_office: int = 40
    """Characters of an office's name, or of its reading, at the head of a sentence."""


@dataclass(frozen=True, slots=True)
class Segmenting:
    """What a segmentation costs, and which may be chance."""

    longest_term: int = 120
    """Characters; what is longer is a sentence, not a word in other letters."""

    longest_edge: int = 16
    """Characters of a word of the lattice."""

    paths: int = 14
    """Cheapest paths that are looked up."""

    homophones: int = 8
    """Words that one edge may be, the commonest first."""

    loosely_written: float = 0.5
    """Added to the cost of a word in kana whose vowels are longer or shorter than typed; 0 as written."""

    as_read: float = 1.0
    """Added for a word in kanji that is read so."""

    loosely_read: float = 2.0
    """Added for one that is only romanised so."""

    meaningless: float = 4.0
    """The cost of a particle: that of a word that every project has, log(`words_a_project`)."""

    one_kana: float = 4.0
    """Added for one kana: か may be 課, but rarely is."""

    words_a_project: int = 60
    """So many different words has a project, roughly: what a text may happen upon."""

    sounds: float = 1.9
    """Sounds that keep a segmentation from being chance …"""

    sounds_a_power: float = 0.6
    """… and how many more for ten times as many words: コウフクド is meant among 48 projects, not 100,000."""

    letters_a_sound: float = 1.6
    """Latin letters that tell as much as a kana, long vowels being short ones here."""

    kana_a_kanji: float = 2.5
    """Kana that a kanji tells as much as: tens of kana, thousands of kanji."""

    with_affix: int = 3
    """Kana of a word that has an ending or prefix of one kana."""

    loose: int = 5
    """Kana from which on another length of a vowel leaves a term recognisable."""

    with_ending: int = 5
    """Characters from which on katakana may have endings of one kana: カ for 化."""


@dataclass(frozen=True, slots=True)
class Abbreviating:
    """Which beginnings of words are a name in short."""

    shortest_in_kana: int = 4
    """Characters: three kana begin too many names."""

    shortest: int = 2
    """Characters of one with kanji: 情政 …"""

    shortest_in_long_list: int = 3
    """… where more than `small_list` projects have names."""

    longest: int = 12
    """Characters; オリパラ推進室 has 7."""

    left_out: int = 2
    """Characters of the name that are left out, at least: one that is missing is a slip."""

    part: int = 2
    """Letters of the shortest beginning of a word in kana or Latin letters; of kanji, one."""

    names: int = 20
    """Names that one may stand for."""

    clipped: int = 3
    """Letters of the beginning of one word in kana that stands for it: コンソ; two begin many."""

    longest_text: int = 100
    """Characters of a question with words in short: who writes more writes them out."""

    in_texts: int = 3
    """Pairs of words of texts that one may stand for; of more it is any."""

    in_sentence: int = 8
    """Characters of one between the particles of a sentence; what is longer is a compound."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a misspelling leaves recognisable, and which guesses are offered."""

    shortest: int = 4
    """Characters (kana folded) of a term that one edit leaves recognisable: 警察 is no 軽蔑."""

    shortest_compound: int = 3
    """Characters of a compound whose words are known by their sound."""

    shortest_reading: int = 6
    """Characters of a term in kana for which a word in kanji was meant."""

    longest_word: int = 12
    """Characters of a word with an edit; longer spans are tried as two."""

    tried: int = 12
    """Segmentations that are looked up."""

    surer_a_character: float = 2.0
    """Taken off the cost: the longer the word, the less an edit changes it."""

    corrections: int = 4
    """Readings of one misspelled term that are tried."""

    guesses: int = 3
    """Guesses that are offered: more are no help."""

    sure: float = 0.78
    """Likeness of what a name has but for one slip in five characters: nothing else is looked for."""

    same_sound: float = 0.9
    """Likeness of words that are read alike; in proportion when almost."""

    least: float = 0.5
    """Likeness below which nobody sees what a guess has to do with what was typed."""

    name_shortest: int = 3
    """Characters typed that may be near to a name."""

    name_longest: int = 60
    """Characters; what is longer is more than a name."""

    one_wrong: int = 5
    """Characters from which on one may be wrong, not only missing or misplaced: 規格化 is not 規格品."""

    two_edits: int = 8
    """Characters from which on two edits leave it recognisable."""

    loose_end: int = 4
    """Characters from which on one end may lie within a word."""

    wrong: float = 0.1
    """Taken off the likeness for all characters wrong: a swapped one is nearer than another one."""

    places: int = 300
    """Places of names that are compared: a common part has thousands."""


@dataclass(frozen=True, slots=True)
class Offices:
    """How an office may be named otherwise than in full."""

    stem: int = 4
    """Characters of a section named without its 課: 情報政策; two name what several do (統計, 広報)."""

    short: int = 2
    """Characters before 課 or 室 from which on they may be a name in short: 情政課."""

    part: int = 2
    """Letters of the shortest beginning of a word in kana or Latin letters in such a name; of kanji, one."""

    slip: float = 85.0
    """Percent: names of one department so alike are one section's, one of them with a slip."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """Which projects are like another one."""

    telling: int = 24
    """Words of a project that others are looked for by."""

    least: float = 0.08
    """Cosine below which nobody would call two projects alike."""

    shared: int = 5
    """Shared words that are named."""

    longest_shared: int = 12
    """Characters of neighbouring words that are told as one: スマートシティ."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of what was typed."""

    characters: int = 1_000
    """What is beyond is left out, and people are told so: no question is longer, a pasted document is."""

    terms: int = 64
    """The same for words."""

    list_with_commas: int = 20
    """Characters up to which 、 stands between words; in a longer text it parts clauses of a sentence."""

    with_year: int = 60
    """Characters; in what is longer, a passage of a record, a year is one of its words."""

    passage: int = 20
    """Characters from which on a text may be a sentence of a record, copied."""

    other_years: int = 3
    """Years that are offered where the one named has nothing."""

    gap: int = 4
    """Characters that may stand between two words next to each other in the index: particles, ・, 「."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """When a project is near enough in meaning to be shown although it does not have the words."""

    of_compound: float = 1.0
    """What a known compound counts in a text; the word vectors were fitted with this and `of_its_words`."""

    of_its_words: float = 0.5
    """What each word of a known compound counts beside it."""

    of_texts: float = 0.7
    """Of a project's vector: the mean direction of its sentences, which say more of what it does than a name
    can."""

    of_name: float = 0.3
    """Of a project's vector: the direction of its name; together 1."""

    reranked: int = 50
    """Hits of a sentence whose order the meaning has a say in."""

    share: float = 0.08
    """Of a standard deviation of nearness in the score of such a hit; .1 makes purposes worse."""

    looked_at: int = 40
    """Projects whose sentences are ranked for a question."""

    proposed_words: int = 3
    """Dictionary words of a record's compound, at most, that is proposed as what a word is called there."""

    proposed_from: float = 0.35
    """Cosine of the two words: with less they only stand in projects of one field (people judge the rest)."""


@dataclass(frozen=True, slots=True)
class Passages:
    """What makes a sentence of a record likely to speak of what is asked.

    The right sentence is among the first three nine times in ten (docs/benchmarks.md).
    """

    bigrams: float = 0.5
    """Of the share of the question's pairs of letters, by rarity, that the sentence or its heading has: they
    find what is inflected or abbreviated."""

    trigrams: float = 0.5
    """The same of runs of three: they find what is said to the letter."""

    meaning: float = 0.6
    """Of the nearness in meaning: it decides where few letters are shared. The letters still outweigh it."""

    of_sentence: float = 0.7
    """Of that nearness: the sentence's own …"""

    of_name: float = 0.3
    """… and that of the project's name, which tells what a sentence is about that leaves it out."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """How near a project is to what was typed, by words and meaning together."""

    cover: float = 0.4
    """For how well its words cover those typed, beside 1 for the likeness. This and the next four were fitted
    together on what seventeen rounds of strangers and five other cities asked: listwise for the order, then
    for what passes the gate where .06 of the absent topics do (docs/benchmarks.md)."""

    share: float = 0.1
    """For the share of them that it says: most of that is in the cover already. With .16 a common word that a
    project says beats what is meant."""

    nearest_sentence: float = 0.4
    """Of the likeness, the part of the project's nearest sentence, the rest being that of the whole: .65 of
    the words that no record uses pass the gate with the right project, .57 without."""

    hubness: float = 0.12
    """Of the mean cosine of the topics nearest to a project, taken off its likeness."""

    density: float = 0.4
    """The same of the topics nearest to the query: without it, what lies close together passes more often."""

    reference: int = 1_500
    """Compounds of all kinds that both are measured by."""

    neighbours: int = 10
    """Of those, how many of the nearest to a query."""

    every_topic: int = 3
    """Every how many-th of those a project is held against: thousands cost a tenth of a second."""

    nearest_share: float = 0.04
    """Of those, how many of the nearest."""

    looked_at: int = 20
    """Projects nearest in meaning whose words are looked at."""

    said_in_part: int = 20
    """Projects whose wording is nearest to what was typed, looked at beside them."""

    topics: int = 600
    """Compounds of all kinds that the list does not have: near enough is nearer than to most of those."""

    topics_of_many: int = 200
    """The same in a list of `many` projects, where each costs some milliseconds."""

    many: int = 20_000

    lone: int = 300
    """Words of the dictionary that are one, looked at beside them: for what no project says any word of."""

    lone_of_many: int = 150
    """The same in a list that is not small."""

    fewest_topics: int = 100
    """Of those of which a list says as much: of fewer a high percentile would be one of them or two."""

    words_of_topic: int = 4
    """Words typed up to which only topics count of which the list says as much: some word, or none."""

    looked_at_of_topic: int = 8
    """The same for each of the topics that the list does not have."""

    surely_said: float = 2.0
    """Evidence (log) that it is no chance what a project says, from which it is an answer. Of 42 queries over
    the seed whose best match was wrong 1 had so much, of 129 with the right one 44."""

    likely_said: float = -2.0
    """The same where meaning has it first, too, …"""

    answered_if_said: float = 98.5
    """… and it is nearer than this percentile of those topics …"""

    lead: float = 0.08
    """… and nearer than the next project by so much: of nine looked at, the four that were right led by .09
    to .3, the five that were wrong by .01 to .05. Chosen on seen rounds over one list of 48 projects."""

    rarer: float = 0.6
    """Of the weight of the rarest word that the first answer says: an answer behind it says one of those."""

    answered_from: float = 99.9
    """Percentile from which it is an answer whatever it says, if words and meaning have it first by far."""

    offered_from: float = 97.8
    """Percentile from which projects are offered as もしかして …"""

    offered_if_said: float = 97.0
    """… for a few nouns of which the list says some or all, held against topics of which it says as much …"""

    offered_from_many: float = 99.2
    """… and that for one compound of the dictionary in a list that is not small: its projects say most words,
    here and there. Of several words MRR falls with it (titles .743 to .701, JaQuAD's .870 to .855)."""

    related_from: float = 94.0
    """Percentile from which sentences are shown as what may belong to a question, if they cover its words."""

    certain_from: float = 99.0
    """Percentile from which they are shown whatever words they lack."""

    offered: int = 3
    """Projects that are offered at most."""

    related_covers: float = 0.55
    """Of the letters typed that a term of the thesaurus must be for what has to do with it to be offered …"""

    related_if_near: float = 90.0
    """… unless meaning has one of those among the nearest, nearer than this percentile of topics."""

    related_tells: float = 0.2
    """The same from which what says most other words, and nothing that has to do with it, is no answer."""

    related_few: int = 5
    """Projects up to which what has to do with a term tells something …"""

    related_share: float = 0.005
    """… or this share of a list."""

    named: float = 0.1
    """For the name of a project that says it, beside its nearness."""

    wording: float = 0.06
    """A word typed, in the order of what is offered from a list that is not small: for how near the wording
    is, 1 for the nearest. The more words, the more they tell. On questions that `make eval` does not ask, MRR
    of what is offered was .657 and .239 (titles, purposes) with .2 for any number, .665 and .393 with .06;
    among 48 projects right first of descriptions .71 without and .65 with .2."""

    say: float = 80.0
    """By the square of the words typed, for nearness in the order of what says most of a question. MRR of
    those answered was .880, .748 and .902 without (titles, purposes, JaQuAD), .885, .750 and .912 with it;
    with the same for any number of words long questions lose."""

    say_at_most: float = 3.0
    """The most that this is, of few words."""

    beside: float = 0.2
    """Behind the best one's nearness: what is farther off is not offered beside it."""


@dataclass(frozen=True, slots=True)
class Indicators:
    """Which indicator of which project a question names; chosen on questions about two cities' lists."""

    looked_at: int = 60
    """Indicators with most pairs of characters of the question, which are looked at closely."""

    question: float = 0.7
    """Of what a question says, by weight, what the indicator, its project and section must have: what else it
    says, as another town's name, may be what makes the value a wrong one."""

    name: float = 0.6
    """Of the indicator's name, by weight, what the question must have."""

    part: float = 0.3
    """Of the indicator's name, by weight, what the question must have at least …"""

    both: float = 1.2
    """… if what it has of the name and what the indicator has of the question are so much together."""

    lead: float = 0.1
    """By how much of the question another project's indicator must have less."""

    another: float = 0.15
    """Of what a question says, by weight, what a second indicator must have that the first has not."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """All of them, by what they are about."""

    fields: FieldWeights = field(default_factory=FieldWeights)
    scoring: Scoring = field(default_factory=Scoring)
    candidates: Candidates = field(default_factory=Candidates)
    partial: Partial = field(default_factory=Partial)
    reranking: Reranking = field(default_factory=Reranking)
    expansion: Expansion = field(default_factory=Expansion)
    segmenting: Segmenting = field(default_factory=Segmenting)
    abbreviating: Abbreviating = field(default_factory=Abbreviating)
    spelling: Spelling = field(default_factory=Spelling)
    offices: Offices = field(default_factory=Offices)
    similarity: Similarity = field(default_factory=Similarity)
    reading: Reading = field(default_factory=Reading)
    meaning: Meaning = field(default_factory=Meaning)
    passages: Passages = field(default_factory=Passages)
    relevance: Relevance = field(default_factory=Relevance)
    indicators: Indicators = field(default_factory=Indicators)


TUNING = Tuning()
