"""Public test sets of retrieval, read from a folder beside the project, where they lie. Copies and measures nothing.

Cranfield, SciFact and XQuAD with their published judgements; a set that is not there is left out with a word.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
XQUAD = ("en", "de", "ru", "ar", "zh", "hi")


@dataclass(frozen=True)
class RetrievalSet:
    """Texts by id, questions by id, and how relevant which text is to which question (1 or more is relevant)."""

    name: str
    language: str
    texts: dict[str, str]
    questions: dict[str, str]
    relevant: dict[str, dict[str, int]]


def data_folder() -> Path | None:
    """Return where the sets are: PADDOCK_TEST_DATA, else `shared/data/retrieval` beside the project, else None."""
    named = os.environ.get("PADDOCK_TEST_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data" / "retrieval"
    return folder if folder.is_dir() else None


def all_sets(folder: Path) -> Iterator[RetrievalSet]:
    """Yield the sets that are there."""
    if (folder / "cranfield").is_dir():
        yield cranfield(folder / "cranfield")
    if (folder / "scifact").is_dir():
        yield scifact(folder / "scifact")
    for language in XQUAD:
        if (path := folder / "xquad" / f"xquad.{language}.json").exists():
            yield xquad(path, language)


def cranfield(folder: Path) -> RetrievalSet:
    """Read abstracts on aerodynamics; questions are numbered by their place, as the judgements have them."""
    texts = {}
    for record in re.split(r"^\.I ", (folder / "cran.all.1400").read_text(encoding="utf-8"), flags=re.M)[1:]:
        number, rest = record.split("\n", 1)
        body = rest.split("\n.W\n", 1)
        texts[number.strip()] = body[1].strip() if len(body) > 1 else ""
    records = re.split(r"^\.I ", (folder / "cran.qry").read_text(encoding="utf-8"), flags=re.M)[1:]
    questions = {str(i): record.split(".W\n", 1)[1].strip() for i, record in enumerate(records, 1)}
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "cranqrel").read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if len(fields) >= 3:
            # 1 is a complete answer, 4 of minimum interest; -1 is the paper the question was made from. All count.
            relevant.setdefault(fields[0], {})[fields[1]] = 1
    return _whole("Cranfield", "en", {key: text for key, text in texts.items() if text}, questions, relevant)


def scifact(folder: Path) -> RetrievalSet:
    """Read scientific abstracts and claims."""
    texts = {row["doc_id"]: row["text"] for row in _lines(folder / "corpus_candidate.jsonl")}
    claims = {str(row.get("_id", row.get("id"))): row["text"] for row in _lines(folder / "queries.jsonl")}
    relevant: dict[str, dict[str, int]] = {}
    for name in ("qrels_train.tsv", "qrels_test.tsv"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            fields = line.split()
            if fields[:1] and fields[0].isdigit():
                relevant.setdefault(fields[0], {})[fields[-2]] = int(fields[-1])
    return _whole("SciFact", "en", texts, claims, relevant)


def xquad(path: Path, language: str) -> RetrievalSet:
    """Read the paragraphs and questions of one language; a question's paragraph is the relevant one."""
    texts, questions, relevant = {}, {}, {}
    for a, article in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        for p, paragraph in enumerate(article["paragraphs"]):
            key = f"{a}-{p}"
            texts[key] = paragraph["context"]
            for question in paragraph["qas"]:
                questions[question["id"]] = question["question"]
                relevant[question["id"]] = {key: 1}
    return _whole(f"XQuAD {language}", language, texts, questions, relevant)


def _whole(
    name: str, language: str, texts: dict[str, str], questions: dict[str, str], relevant: dict[str, dict[str, int]]
) -> RetrievalSet:
    """Keep questions that have a relevant text among those that are there."""
    known = {
        key: {text: grade for text, grade in judged.items() if text in texts and grade > 0}
        for key, judged in relevant.items()
        if key in questions
    }
    known = {key: judged for key, judged in known.items() if judged}
    return RetrievalSet(name, language, texts, {key: questions[key] for key in known}, known)


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
