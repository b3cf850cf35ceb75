"""Summaries as answers: of a project, a section, a department, a year, or what a question finds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.ask import subjects
from bot.ask.answers import Answer, Choice, Choices, Lines, Part, Quote, Say, Table, office_line, title
from bot.ask.intents import fields, listing
from bot.ask.quantities import figures
from bot.ask.question import Request
from bot.ask.subjects import Subject
from bot.ask.summaries import Line, Measured, Summary, measures, news, summarize
from store import projects
from store.database import Database
from store.records import FIELD_LABELS, Project
from store.text.asking import WORK
from store.text.sentences import split

_SET = re.compile(rf"{WORK}|一覧|全部|すべて|全て")
OF_WHAT = Say(
    "何をまとめますか。担当課名、事業名、気になる言葉を添えてください。例: /jigyo まとめ 企画経営課"
)
FEW = 4  # projects that need nothing in front
SENTENCES = {"purpose": 1, "overview": 3, "outcome": 12}


def answer(db: Database, request: Request) -> Answer:
    """Summarize the one project that is meant, else all that the request chooses."""
    if not request.offices and not _SET.search(request.question):
        subject = subjects.find(db, request)
        if subject.is_sure:
            return of_project(subject.projects[0], why=subject.candidates[0].why)
    if not (request.named or request.offices or request.terms or request.years) and not _SET.search(
        request.question
    ):
        return _of_what()
    chosen = listing.choose(db, request)
    if not chosen.projects or not chosen.is_exact:
        given = fields.nothing(db, Subject(near=chosen.projects), request.terms)
        return given if given.shown else replace(given, parts=(*given.parts, OF_WHAT))
    if len(chosen.projects) == 1:
        return of_project(chosen.projects[0], why=f"条件: {chosen.condition}事業")
    about = chosen.says or ()
    return of_projects(db, chosen.projects, f"{chosen.condition}事業", about)


def of_projects(db: Database, found: Sequence[Project], of_what: str, about: Sequence[str] = ()) -> Answer:
    """The summary of several projects under the words that say which they are.

    `about` are the words that they were chosen for: the line of each speaks of these.
    """
    among = max(projects.count(db), 1)
    known = db.snapshot.lexicon
    summary = summarize(
        found, share=lambda word: min(map(known.in_projects, word.split())) / among, about=about
    )
    told = _by_section(summary) if _is_of_sections(summary, about) else _lines(summary, about)
    behind = () if about else (*_events(summary), *_figures(summary))
    parts = (*_frame(summary, of_what, about), *told, *behind)
    how = "事業ごとに、成果の欄の内容をよく表す文を1つ選んでいます。初めの方や数字のある文を優先しています"
    if about:
        said = "・".join(f"「{word}」" for word in about)
        how = f"事業ごとに、{said}について述べている文を1つ選んでいます"
    why = (
        f"条件: {of_what}",
        how,
        "ほかの事業とほぼ同じ文は繰り返していません",
        "文はすべて登録されている一覧のままです",
    )
    return Answer("summary", parts, tuple(project.key for project in found), why=why)


def of_project(project: Project, *, why: str = "") -> Answer:
    """One project: why it is done, what is done, what came of it, and its figures."""
    parts: list[Part] = [Say(title(project), "bold"), Say(office_line(project))]
    for field, most in SENTENCES.items():
        said = tuple(sentence.text for sentence in split(getattr(project, field)))[:most]
        if said:
            parts += [
                Say(FIELD_LABELS[field], "bold"),
                Quote(project, field, said, tuple(map(_figure_spans, said))),
            ]
    found = measures(project)
    if found:
        parts += [Say("数字", "bold"), Table((("項目", "数字"), *((_item(m), m.figure) for m in found)))]
    parts.append(Choices((Choice("詳細", "detail", f"{project.fiscal_year} {project.number}"),)))
    return Answer("summary", tuple(parts), (project.key,), why=(why,) if why else ())


def _frame(summary: Summary, of_what: str, about: Sequence[str]) -> Iterator[Part]:
    yield Say(f"{of_what}のまとめ（全{len(summary.projects):,}件）", "bold")
    if summary.themes and len(summary.projects) > FEW and not about:
        told = "、".join(f"{word}（{count}件）" for word, count in summary.themes)
        yield Say(f"多く出てくる言葉: {told}")
    fallen = [line for line in summary.lines if line.field and line.field != "outcome"]
    if fallen and not about:
        yield Say(f"成果の欄に文がない{len(fallen):,}件は、概要や目的の文を載せています。", "small")


def _is_of_sections(summary: Summary, about: Sequence[str]) -> bool:
    """Whether so many sections are summarized that one reads of them first, and of their projects then."""
    return not about and len(summary.projects) > FEW and len(_sections(summary.lines)) > 1


def _sections(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """The lines of each section, those of the largest first."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        office = line.project.section_canonical or line.project.section or line.project.department
        found.setdefault(office.replace("\n", "・"), []).append(line)
    return dict(sorted(found.items(), key=lambda each: -len(each[1])))


def _by_section(summary: Summary) -> Iterator[Part]:
    """What happened in each section, in one line each, then its other projects under its name."""
    sections = _sections(summary.lines)
    best = {name: next(iter((*news(lines, 1), *lines))) for name, lines in sections.items()}
    yield Say("課ごとの主な取組", "bold")
    yield Lines(
        tuple(
            _line(best[name], f"（{name}・{len(lines):,}件）" if name else "")
            for name, lines in sections.items()
        )
    )
    for name, lines in sections.items():
        if others := [line for line in lines if line is not best[name]]:
            yield Say(f"{name}のほかの事業" if name else "ほかの事業", "bold")
            yield Lines(tuple(map(_line, others)))


def _lines(summary: Summary, about: Sequence[str]) -> Iterator[Part]:
    """What happened first, then the other projects, each once."""
    first = news(summary.lines) if len(summary.lines) > FEW and not about else ()
    if first:
        yield Say("主な動き", "bold")
        yield Lines(tuple(map(_line, first)))
        yield Say("そのほかの事業", "bold")
    yield Lines(tuple(_line(line) for line in summary.lines if line not in first))


def _line(line: Line, of: str = "") -> tuple[str, str, tuple[tuple[int, int], ...], str]:
    """(heading, sentence verbatim, bold spans of it, our remark where there is no sentence)."""
    heading = f"{line.project.number} {line.project.name}{of}"
    if line.sentence:
        return heading, line.sentence, _figure_spans(line.sentence), ""
    if line.same_as:
        return heading, "", (), f"事業番号 {line.same_as.number} とほぼ同じ記載です。"
    return heading, "", (), "目的・概要・成果の欄に文がありません。"


def _figure_spans(sentence: str) -> tuple[tuple[int, int], ...]:
    return tuple((figure.start, figure.end) for figure in figures(sentence))


def _events(summary: Summary) -> Iterator[Part]:
    """What else happened, behind the lines of the projects."""
    if summary.events:
        yield Say("そのほかの動き", "bold")
        yield Lines(tuple(map(_line, summary.events)))


def _figures(summary: Summary) -> Iterator[Part]:
    """The figures that no line above shows, each within the words that one understands it by."""
    shown = {line.sentence for line in (*summary.lines, *summary.events)}
    rows = dict.fromkeys(
        (m.project.number, m.project.name, m.phrase) for m in summary.measured if m.sentence not in shown
    )
    if rows:
        yield Say("そのほかの数字", "bold")
        yield Table((("番号", "事業", "記載"), *rows))


def _item(measured: Measured) -> str:
    """What a figure counts, with the year that the record gives it: アカウント数（令和2年度）."""
    return f"{measured.label}（{measured.year}）" if measured.year else measured.label


def _of_what() -> Answer:
    return Answer("help", (OF_WHAT,), confidence="none")
