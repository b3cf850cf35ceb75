"""A field (担当課, 目的, 成果 …) or a figure (何人, 何件, いつ, いくら) of the project that is meant.

A field is told in the record's words, a figure by the sentence that holds it, in bold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.ask import subjects, wording
from bot.ask.answers import Answer, Choice, Choices, Details, Part, Quote, button_label, unknown
from bot.ask.intents import asides
from bot.ask.matching import bag, counts_other, name_share, sentences
from bot.ask.quantities import (
    CHANGE,
    DATE,
    JOINED,
    LEVEL,
    NOUN_PHRASE,
    PART,
    PEOPLE,
    Figure,
    are_listed,
    asked_figure,
    closeness,
    fitting,
    in_full,
    is_before_asked,
    is_of_role,
    label_of,
    levels_changed,
    role_in,
)
from bot.ask.question import Request
from bot.ask.subjects import Subject
from bot.ask.terms import by_script, names, pieces
from bot.ask.terms import others as written_as
from bot.ask.terms import terms as words_of
from bot.ask.wording import Say
from store.database import Database
from store.records import Project
from store.text import lazily
from store.text.display import display, split
from store.text.morphology import tokenize
from store.text.normalize import is_kana, nfkc

MOST_SENTENCES = 8  # of one field; the rest is a button away
MOST_CANDIDATES = 5
# What answers for a field that a list does not have.
INSTEAD = {"outcome": "overview", "overview": "purpose", "purpose": "overview"}


_NAMES_FIELD = lazily(
    "目的|狙い|ねらい|趣旨|目標|意義|成果|効果|実績|概要|内容|担当|所管|主管|課|部|室|省|庁|番号|名称|名前|年度|詳し|説明"
    "|ついて|こと|話|進捗|状況|目指"
)


def names_field(cue: str) -> bool:
    """Whether words that ask name a field (の目的は), and do not only fit one (何をした, どうなった)."""
    return bool(_NAMES_FIELD.search(cue))


def answer(db: Database, request: Request) -> Answer:
    """The field that was asked for, of the project that was meant; asks back when several may be."""
    subject = subjects.find(db, request)
    if not subject.candidates:
        subject = subjects.by_name_of_each(db, request) or subject
    return of_subject(db, request, subject)


def of_subject(db: Database, request: Request, subject: Subject) -> Answer:
    """The same once the subject is known."""
    if request.unknown_numbers and not subject.candidates:
        return unknown_number(request.unknown_numbers)
    if not subject.candidates:
        return nothing(db, subject, request.terms)
    if subject.is_sure:
        best = subject.candidates[0]
        if request.fields == ("name",) and (short := _NAME_OF.fullmatch(request.question)):
            return _name_in_full(best.project, short["noun"]) or replace(
                of_project(best.project, request.fields, request.terms, why=best.why), confidence="unsure"
            )
        given = of_project(best.project, request.fields, request.terms, why=best.why)
        return replace(given, parts=(*given.parts, *earlier_years(best.older)))
    told = words_of(request.cue)[0]  # 国や県に何を要望した asks of 国・県に対する予算等要望
    meant = [c for c in subject.candidates if told and name_share(c.project, told) == 1]
    if len(meant) == 1 and not subject.is_named:
        return of_subject(db, request, replace(subject, candidates=tuple(meant), is_sure=True))
    return of_several(request, subject)


_NAME_OF = lazily(
    "(?P<noun>[^のはがをとやっ、\\s]{2,}(?<!やつ)(?<!もの)(?<!事業))の(?:正式(?:な|の)?)?名[称前].*"
)


def _name_in_full(project: Project, short: str) -> Answer | None:
    """The sentence that spells a name in short out: 推進機構（TGI）."""
    spelled = lazily(rf"{NOUN_PHRASE.pattern}[（(]{short}[）)]")
    for field, sentence in sentences(project):
        if spelled.search(nfkc(sentence.text)):
            quote = Quote(project, field, (sentence.text,))
            return Answer("field", (wording.stands_in(project, field), quote), (project.key,))
    return None


def of_project(
    project: Project, fields: Sequence[str], terms: Sequence[str] = (), *, why: Say | None = None
) -> Answer:
    """The fields of one project, the sentences that hold `terms` in front."""
    parts = [part for field in fields for part in _field(project, field, terms)]
    buttons = Details((project,), is_named=False)
    return Answer("field", (*parts, buttons), (project.key,), why=(why,) if why else ())


def earlier_years(years: Sequence[int]) -> tuple[Part, ...]:
    """That there are records of earlier years, where there are any."""
    return (wording.earlier_years(years),) if years else ()


def of_several(request: Request, subject: Subject) -> Answer:
    """Ask which was meant, showing what each would answer."""
    found = subject.projects[:MOST_CANDIDATES]
    offices = set(map(wording.section_of, subject.projects))
    if request.fields == ("section",) and len(offices) == 1:
        same = (wording.one_section(found[0]), *map(wording.item, found))
        return Answer("field", same, tuple(p.key for p in found), why=_reasons(subject, len(found)))
    total = len(subject.projects)
    is_each = subject.is_named and len({project.name for project in subject.projects}) > 1
    is_more = total >= subjects.LOOKED_AT
    parts: list[Part] = [
        wording.several_meant(total, len(found), is_named=subject.is_named, is_each=is_each, is_more=is_more)
    ]
    field = request.fields[0]
    # 目標は, of a list without purposes: what stands in their place answers nothing.
    tells = field in wording.SHORT or any(getattr(p, field) for p in found)
    if not tells:
        parts.append(wording.fields_are_empty(field, INSTEAD[field]))
    for project in found:
        parts += _briefly(project, field if tells else INSTEAD[field], request.terms)
    choices = tuple(
        Choice(button_label(project), "ask_of", f"{project.fiscal_year} {project.number} {request.fields[0]}")
        for project in found
    )
    keys = tuple(project.key for project in found)
    return Answer(
        "field", (*parts, Choices(choices)), keys, confidence="sure" if is_each and tells else "unsure",
        why=_reasons(subject, len(found)),
    )  # fmt: skip


def nothing(db: Database, subject: Subject, terms: Sequence[str]) -> Answer:
    """No record says what was asked; the nearest projects are named, nothing is answered by a guess."""
    if not subject.guess and (office := asides.among(terms)):
        return asides.refusal(db, office)
    near = subject.projects or subject.near
    is_meant = subject.is_named or subject.guess or not terms
    found = [p for p in near if is_meant or any(subjects.shares(db, p, term) for term in terms)][:3]
    why = (wording.no_record_tells(terms),) if terms else ()
    if not found:
        return unknown(wording.HOW_TO_FIND, why=why)
    asks = wording.perhaps(subject.guess) if subject.guess else wording.NEAR_ONES
    lines = map(wording.item, found)
    return unknown(asks, *lines, Details(tuple(found)), shown=(project.key for project in found), why=why)


def unknown_number(numbers: Sequence[str]) -> Answer:
    """No project bears the number."""
    return unknown(wording.no_such_number(numbers), why=(wording.NUMBER_ASKED,))


def _field(project: Project, field: str, terms: Sequence[str]) -> list[Part]:
    if field in wording.SHORT:
        return [wording.value_of(project, field)]
    if getattr(project, field):
        return [wording.field_follows(project, field), *_sentences(project, field, terms)]
    other = INSTEAD[field]
    if getattr(project, other):
        return [wording.field_is_empty(project, field, other), *_sentences(project, other, terms)]
    return [wording.field_is_empty(project, field)]


def _sentences(project: Project, field: str, terms: Sequence[str]) -> list[Part]:
    said = [sentence.text for sentence in split(getattr(project, field))]
    telling = [
        text for text in said if any(bag(text).holds(term) for term in terms if not _in_name(project, term))
    ]
    first = set([*telling, *said][:MOST_SENTENCES])
    shown = said if len(said) <= MOST_SENTENCES else [text for text in said if text in first]
    left = len(said) - len(shown)
    quote = Quote(project, field, tuple(shown), tuple(_spans(text, terms, project) for text in shown))
    return [quote, wording.sentences_left(left)] if left else [quote]


def _in_name(project: Project, term: str) -> bool:
    return bag(display(project.name)).holds(term)


def _spans(text: str, terms: Sequence[str], project: Project) -> tuple[tuple[int, int], ...]:
    """Where the terms that singled out this record stand in a sentence, for bold."""
    places = ((text.find(term), term) for term in terms if not _in_name(project, term))
    return tuple((at, at + len(term)) for at, term in places if at >= 0)


def _briefly(project: Project, field: str, terms: Sequence[str]) -> list[Part]:
    if field in wording.SHORT or not getattr(project, field):
        return [wording.item(project, field if field in wording.SHORT else "section")]
    said = [sentence.text for sentence in split(getattr(project, field))]
    best = max(said, key=lambda text: sum(bag(text).holds(term) for term in terms), default="")
    head = wording.item(project)
    return [head, Quote(project, field, (best,))] if best else [head]


def _reasons(subject: Subject, count: int) -> tuple[Say, ...]:
    return tuple(wording.of_project(each.project, each.why) for each in subject.candidates[:count])


MOST_NAMED = 4


def _not_given(db: Database, request: Request, subject: Subject) -> Answer:
    """Said plainly; the projects that the question is about are named."""
    if is_quantity_alone(request):
        told = (wording.no_figure(request, ()), wording.NAME_THE_PROJECT)
        return unknown(*told, why=(wording.no_figure_near(request),))
    if not subject.candidates:
        return nothing(db, subject, request.terms)
    projects = subject.projects[:MOST_NAMED]
    lines = map(wording.item, projects) if len(projects) > 1 else (Details(projects, is_named=False),)
    keys = [project.key for project in projects]
    why = (subject.candidates[0].why,)
    return unknown(wording.no_figure(request, projects), *lines, shown=keys, why=why)


def is_quantity_alone(request: Request) -> bool:
    """Whether only a quantity is named (予算は？) and nothing whose it is: 予算等要望 is not asked of."""
    names_thing = request.named or request.offices or request.unknown_numbers
    asked = [asked_figure(f"{term}は") for term in request.terms]
    return bool(asked) and not names_thing and all(each and each.span == (0, 0) for each in asked)


BESIDE = 0.7  # so close that the words the figure counts may stand farther off
APART = 0.2  # but in the sentence they must stand
GENERAL = 0.1  # what it adds when it has the general words (何回開催) and there are no others
NAMED_AGAIN = 0.15  # what it adds when a sentence has a word of the question that the project's name has
ABOUT = 0.45  # the least closeness where no word says what is counted
TIED = 0.03  # figures this near to the best in one sentence are shown with it
SPLIT = 0.25  # so much closer to what is counted, a later figure is shown with the best
MOST = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence with the figures in it that answer, and how closely the question's words join them.

    `is_joined`: any do. The others are of a project that the question names with all its words.
    """

    project: Project
    field: str
    sentence: str
    figures: tuple[Figure, ...]
    score: float
    is_joined: bool = True
    is_split: bool = False  # the words of the question stand by different figures
    spans: tuple[tuple[int, int], ...] = ()  # where the values stand that the figures are of


def answer_figure(db: Database, request: Request) -> Answer:
    """The figure asked for, or that the records do not give it."""
    assert request.figure is not None  # noqa: S101 - reading makes a figure request with one
    subject = subjects.find(db, request)
    if request.unknown_numbers and not subject.candidates:
        return unknown_number(request.unknown_numbers)
    if not subject.candidates and (loose := by_script(request.terms)) != request.terms:
        request = replace(request, terms=loose, counted=by_script(request.counted))
        subject = subjects.by_words(db, request, loose)
    if not subject.candidates:
        subject = _apart_from_the_figure(db, request, subject)
    found = _found(subject.projects, request, joined_only=not subject.is_sure)
    if not found:
        found = _found(subject.also, request, joined_only=True)
    if found:
        return _told(found, subject, request) or _not_given(db, request, subject)
    asks_change = request.figure and CHANGE in request.figure.roles
    levels = _levels(subject.projects, request) if asks_change else None
    return levels or _not_given(db, request, subject)


def _levels(among: Sequence[Project], request: Request) -> Answer | None:
    """What it was and what it is, where a record gives no figure of how much more or less that is."""
    assert request.figure is not None  # noqa: S101 - as above
    for project in among:
        words = [term for term in request.terms if names(term) and not _is_of_name(project, term)]
        for field, sentence in sentences(project):
            both = levels_changed(sentence.text, fitting(sentence.text, request.figure, ()))
            if both is None or (words and not any(bag(sentence.text).holds(word) for word in words)):
                continue
            bold = tuple((figure.start, figure.end) for figure in sorted(both, key=lambda each: each.start))
            told = wording.only_levels(project, field, both[0].text, both[1].text)
            return Answer(
                "figure", (told, Quote(project, field, (sentence.text,), (bold,))), (project.key,),
                confidence="unsure", why=(wording.figure_stands_near(project, field, is_joined=True),),
            )  # fmt: skip
    return None


def _found(among: Sequence[Project], request: Request, *, joined_only: bool) -> list[Found]:
    """The sentences of these projects that give the figure, the closest first; that told last, if it does."""
    found = [hit for project in among for hit in _measured(project, request)]
    found = [hit for hit in found if hit.sentence == request.said_in] or found
    return sorted((hit for hit in found if hit.is_joined or not joined_only), key=lambda hit: -hit.score)


def _apart_from_the_figure(db: Database, request: Request, subject: Subject) -> Subject:
    """Whose figure it is, where no record has the figure's own word (スマートシティの予算)."""
    rest = tuple(term for term in request.terms if term not in request.counted)
    apart = subjects.by_words(db, request, rest, whole=True)
    return apart if apart.is_sure else subject


def _measured(project: Project, request: Request) -> list[Found]:
    """Sentences of a project that give the figure, joined there by the question's words."""
    assert request.figure is not None  # noqa: S101 - as above
    name = bag(display(project.name))
    of_name = [term for term in request.terms if _is_of_name(project, term)]
    others = tuple(term for term in request.terms if term not in of_name)
    typed = [word for word in pieces(others) if not name.spells(word)]
    found = []
    for field, sentence in sentences(project):
        words = [_as_said(word, sentence.text) for word in typed]
        counted = [_as_said(word, sentence.text) for word in pieces(request.counted) if word in typed]
        # General words alone (開催) tell figures apart only where nothing else does.
        told = [*words, *(word for word in request.light if word in sentence.text)] if words else []
        among = fitting(sentence.text, request.figure, [*told, *pieces(tuple(of_name))])
        suited = _suited(sentence.text, among, request)
        rivals = (f for f in among if f.unit != DATE and role_in(sentence.text, f) in (LEVEL, PART))
        among = sorted({*suited, *rivals}, key=lambda each: each.start)
        scored = [
            (figure, closeness(sentence.text, figure, among, told))
            for figure in suited
            if _answers(
                {word: closeness(sentence.text, figure, among, (word,)) for word in told}, request, counted
            )
        ]
        if scored:
            best = max(score for _, score in scored)
            tied = tuple(figure for figure, score in scored if best - score <= TIED)
            apart = _split(sentence.text, tied[0], among, words, counted)
            figures = tuple(figure for figure in among if figure in (*tied, *apart))
            spans = tuple(dict.fromkeys(in_full(sentence.text, each, request.figure) for each in figures))
            again = NAMED_AGAIN * _share(sentence.text, pieces(tuple(of_name)))
            again += GENERAL * (0 if words else _share(sentence.text, request.light))
            found.append(
                Found(project, field, sentence.text, figures, best + again, bool(told), bool(apart), spans)
            )
    return found


def _as_said(word: str, text: str) -> str:
    """A verb of a question as a sentence has it (配布 for 配っ), or as it is."""
    if word in text or names(word):
        return word
    verbs = {token.word.text for token in tokenize(word) if token.word.kind == "動詞"}
    said = [each for verb in verbs for each in written_as(verb) if each in text]
    return max(said, key=len, default=word)


def _suited(text: str, among: Sequence[Figure], request: Request) -> list[Figure]:
    """The figures that have the role asked for and may count what is asked, with its label if any has it."""
    assert request.figure is not None  # noqa: S101 - as above
    asked, nouns = request.figure, tuple(term for term in request.terms if names(term))
    suited = [
        figure
        for figure in among
        if is_of_role(text, figure, asked) and not counts_other(text, figure, asked, nouns)
    ]
    label = request.terms[-1:] if asked.span[0] == asked.span[1] else request.counted[-1:]
    own = [f for f in suited for word in label if label_of(text, f, with_particle=True).endswith(word)]
    own = own or [figure for figure in suited if is_before_asked(text, figure, asked)]
    return own if len(own) == 1 else suited


def _split(
    text: str, best: Figure, among: Sequence[Figure], words: Sequence[str], counted: Sequence[str]
) -> tuple[Figure, ...]:
    """Later figures of the same unit to which what is counted is clearly closer than to the best.

    提案は何件採択された, where the record says 提案17件から6件を採択: which of them, the reader must see.
    """
    if not set(words) - set(counted):
        return ()
    own = closeness(text, best, among, counted)
    return tuple(
        figure
        for figure in among
        if figure.unit == best.unit
        and figure.start >= best.end
        and any(word in text[figure.end :] for word in counted)
        and closeness(text, figure, among, counted) - own >= SPLIT
    )


def _is_of_name(project: Project, term: str) -> bool:
    """Whether a term only says which project is meant: its name has it, and no sentence has it otherwise."""
    name = bag(display(project.name))
    if name.spells(term):
        return True
    return name.has_in_order(term) and not any(term in said.text for _, said in sentences(project))


def _share(text: str, words: Sequence[str]) -> float:
    return sum(word in text for word in words) / len(words) if words else 0.0


def _answers(each: Mapping[str, float], request: Request, counted: Sequence[str]) -> bool:
    """Whether a figure is that of the words it should count, or at least of the words asked about.

    `each` is how closely each word of the question joins it.
    """
    if not each:
        return True
    if not counted:
        return sum(each.values()) / len(each) >= ABOUT
    if not each[counted[-1]]:
        return False  # 団体会員数 is none of 7つの団体
    joined = sum(each[word] for word in counted) / len(counted)
    nearest = max(close for word, close in each.items() if word not in request.light)
    return joined >= JOINED or (joined >= APART and nearest >= BESIDE)


def _is_as_dated(hit: Found, best: Found, request: Request) -> bool:
    """Whether another sentence of the project dates the very words too: 1月: 端末の更新, 3月: 回線の更新."""
    own = [term for term in request.terms if not _is_of_name(hit.project, term)]
    is_alike = hit.project.key == best.project.key and hit.figures[0].unit == best.figures[0].unit == DATE
    return is_alike and not request.said_in and bool(own) and all(term in hit.sentence for term in own)


_IN_KANJI = lazily("[一-龥]{2,}")


def _is_split_by_what_is_unsaid(hit: Found, request: Request) -> bool:
    """Whether a number and a part of it are of another word than is asked of: 提案17件のうち6件 of 応募."""
    nouns = [word for word in request.light if _IN_KANJI.fullmatch(word)]
    return bool(nouns) and "のうち" in hit.sentence and not any(word in hit.sentence for word in nouns)


def _told(found: Sequence[Found], subject: Subject, request: Request) -> Answer | None:
    """The figures found, said; None where one is to be confirmed and they do not tell."""
    best = found[0]
    chosen = [hit for hit in found if best.score - hit.score <= TIED][:MOST]
    chosen += [hit for hit in found if hit not in chosen and _is_as_dated(hit, best, request)][:MOST]
    is_one = (subject.is_sure and bool(request.named)) or len({hit.project.key for hit in chosen}) == 1
    if len({figure.unit for hit in chosen for figure in hit.figures}) > 1:
        return None  # 6本、年1回: they can't all be what was asked
    is_one_each = all(are_listed(hit.sentence, hit.figures) for hit in chosen)
    sure = is_one and is_one_each and not any(hit.is_split for hit in chosen)
    sure = sure and (_says_which(best, request) or not _rivals(best, found))
    # いつですか of what was told is no date of another sentence.
    is_of_other = request.said_in not in ("", best.sentence) and best.figures[0].unit == DATE
    sure = sure and not is_of_other and not _is_split_by_what_is_unsaid(best, request)
    sure = sure and not any(_says_more(each, best, request) for each in found if each not in chosen)
    parts: list[Part] = [part for hit in chosen for part in _said(hit, is_one=len(chosen) == 1)]
    if len(chosen) > 1:
        parts.insert(0, wording.several_fit(len(chosen)))
    if request.figure and request.figure.is_confirmation:
        confirmed = _confirmed(chosen, request.figure.given, request.question) if sure else None
        if confirmed is None:
            return None
        parts[0] = confirmed
    why = (wording.figure_stands_near(hit.project, hit.field, is_joined=hit.is_joined) for hit in chosen)
    keys = tuple(dict.fromkeys(hit.project.key for hit in chosen))
    older = subject.candidates[0].older if len(keys) == 1 and subject.candidates else ()
    parts += earlier_years(older)
    return Answer(
        "figure", tuple(parts), keys, confidence="sure" if sure else "unsure", why=tuple(dict.fromkeys(why))
    )


_IN_ALL = ("延べ", "合計", "全部", "全体", "総数")  # they say of no figure what it counts


def _says_which(hit: Found, request: Request) -> bool:
    """Whether a sentence says a word of the question beside its name: どれくらい人が来た has but a verb."""
    words = (*request.terms, *request.counted, *request.light)
    told = [w for w in words if w not in _IN_ALL and not _is_of_name(hit.project, w)]
    # By a sign of its own a verb is said too: 来た by 来館者.
    return not told or any(bag(hit.sentence).holds(word) or _has_its_sign(word, hit) for word in told)


def _says_more(hit: Found, best: Found, request: Request) -> bool:
    """Whether another sentence of the project says a noun of the question that the best does not.

    A noun is asked for, not the texts that say what the project is of: ネットワーク機器の更新は何月.
    """
    nouns = [w for w in request.terms if names(w) and w not in _IN_ALL and not _is_of_name(best.project, w)]
    said = [noun for noun in nouns if bag(hit.sentence).holds(noun)]
    own = {noun for noun in nouns if bag(best.sentence).holds(noun)}
    return hit.project.key == best.project.key and own < set(said)


def _has_its_sign(word: str, hit: Found) -> bool:
    return not is_kana(word[0]) and word[0] in hit.sentence


def _rivals(best: Found, found: Sequence[Found]) -> list[Found]:
    """Other sentences of the project with another figure of the same unit."""
    units, values = {figure.unit for figure in best.figures}, set(_values(best))
    return [
        hit
        for hit in found
        if hit.project.key == best.project.key
        and units & {figure.unit for figure in hit.figures}
        and not values & set(_values(hit))
    ]


def _confirmed(chosen: Sequence[Found], given: Sequence[str], question: str) -> Say | None:
    """Whether the one figure found is the one that the question gives; None where they can't be compared."""
    if len(chosen) != 1 or len(chosen[0].figures) != 1 or len(given) != 1:
        return None
    hit, figure = chosen[0], chosen[0].figures[0]
    counted = NOUN_PHRASE.match(hit.sentence, figure.end)
    if counted and counted[0].startswith("の") and counted[1] not in nfkc(question):
        return None  # 12件の手続, where 電子申請の件数は12件 is asked
    said, asked = _value(figure.text), _value(given[0])
    if figure.unit == DATE:
        return wording.figure_is(hit.project, hit.field, _values(hit)) if asked in said else None
    if said == asked:
        return wording.figure_is(hit.project, hit.field, _values(hit))
    is_alike = said.lstrip("0123456789.") == asked.lstrip("0123456789.") or figure.unit == PEOPLE
    return wording.figure_is_not(hit.project, hit.field, given[0], _values(hit)) if is_alike else None


def _value(text: str) -> str:
    """A figure as it is compared: no commas, no 約, 名 for 人."""
    return nfkc(text).replace(",", "").removeprefix("約").replace("名", "人").replace("%", "パーセント")


def _values(hit: Found) -> tuple[str, ...]:
    """The values to say, each as it stands in the sentence."""
    return tuple(dict.fromkeys(hit.sentence[start:end] for start, end in hit.spans))


def _said(hit: Found, *, is_one: bool) -> list[Say | Quote]:
    head = wording.figures_in(hit.project, hit.field, _values(hit), is_one=is_one)
    return [head, Quote(hit.project, hit.field, (hit.sentence,), (hit.spans,))]
