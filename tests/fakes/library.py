"""Canned banks in all states for looking at the memory page and at chats that look things up."""

from __future__ import annotations

import time
from typing import Any

from app.engine.domain.agents import Attachment, CitationMark, Included, MemoryRetrievalStep, Source
from app.engine.domain.memory import (
    DocumentFailure,
    DocumentReport,
    Entry,
    LanguageFit,
    SkippedPart,
    WatchedFolder,
)
from tests.fakes.memory import FakeMemory

MANUAL = """Espresso machine BX-200: operating manual

Read this manual before the first use and keep it in a dry place.\f
1. Cleaning

Clean the brew group once a week with warm water. Never use soap, because it dissolves the grease of the seals.

Descale the boiler every three months. Use citric acid, two spoons to a litre of water, and rinse twice.\f
2. Faults

If no water comes out of the brew group, the pump has drawn air. Open the steam valve for ten seconds, then try again.

A flashing red lamp means that the boiler is too hot. Switch the machine off and let it cool down for an hour."""

LEASE = """Lease agreement

§ 1 The flat is let for dwelling purposes. § 2 The rent is due on the third working day of each month.

§ 7 The landlord bears the cost of repairs. Small repairs up to 100 euros are borne by the tenant.

§ 12 Notice must be given in writing, three months to the end of a month."""

ANSWER = """Clean the brew group **once a week with warm water**, without soap: it dissolves the grease of the seals.

The boiler is descaled every three months:

1. Mix two spoons of citric acid with a litre of water.
2. Let it run through, then rinse twice [2].

If no water comes out afterwards, open the steam valve for ten seconds."""


def fill(memory: FakeMemory) -> dict[str, Any]:
    """Add banks in every state; returns what a chat needs to point into them."""
    manuals = memory.add_bank("Manuals of the kitchen", description="Everything that hums, boils or grinds")
    manual = memory.add_document(
        manuals.id, "Espresso machine BX-200.pdf", MANUAL, mime="application/pdf", language="en"
    )
    for number in range(1, 13):
        memory.add_document(
            manuals.id, f"Kettle K{number:02}.pdf", "Fill the kettle. Do not overfill it.\n\nDescale it."
        )
    _warned(memory, manuals.id)
    reading = memory.add_bank("Research papers on the hydrology of alpine rivers, 1987 to today, with all supplements")
    memory.add_document(reading.id, "Glacier melt.pdf", "Meltwater rises in July.\n\nIt falls in September.")
    for number, (state, done, total) in enumerate(
        (("embedding", 120, 800), ("parsing", 4, 10), ("waiting", 0, 0), ("waiting", 0, 0)), 1
    ):
        memory.add_document(
            reading.id, f"Discharge {number}.pdf", "Text", state=state, done=done, total=total, size_bytes=2_400_000
        )
    german = memory.add_bank(
        "Verträge",
        fit=LanguageFit(
            language="de", pieces_per_word=3.1, found=0.48, trust=0.3,
            advice="The documents are in German, which this embedding model does not know well.",
        ),
    )  # fmt: skip
    lease = memory.add_document(german.id, "Mietvertrag.docx", LEASE, language="de")
    away = memory.add_bank("Archive on the other disk", problem="The disk with its index is not connected.")
    facts = memory.add_bank("Facts about me", type="keyvalue")
    memory.values[facts.id] = {
        key: Entry(key=key, value=value)
        for key, value in (("name", "Ada"), ("shoe size", "39"), ("address", "12 Row Lane, Cambridge"))
    }
    graph = memory.add_bank("Who knows whom", type="graph")
    memory.add_document(
        graph.id, "Letters.txt", "Ada wrote to Charles about the engine.\n\nCharles answered Ada in May."
    )
    memory.watched["dir_1"] = WatchedFolder(
        id="dir_1", bank_id=manuals.id, path="/srv/manuals", files=14, scanned_at=time.time()
    )
    memory.watched["dir_2"] = WatchedFolder(
        id="dir_2", bank_id=manuals.id, path="/media/stick/old manuals", files=0, problem="The disk is not there."
    )
    return {"manuals": manuals, "manual": manual, "german": german, "lease": lease, "away": away, "graph": graph}


def _warned(memory: FakeMemory, bank_id: str) -> None:
    memory.add_document(
        bank_id, "Scanned guarantee.pdf", "Guarantee\fNo. 17", flagged=True, size_bytes=8_400_000,
        report=DocumentReport(
            format="PDF", pages=12, characters=2140, chunks=9, reused_chunks=2, skipped_total=40,
            skipped=(SkippedPart(where="page 3", reason="holds a picture only"),
                     SkippedPart(where="page 7", reason="the table is damaged")),
            warnings=("10 pages are without text; they look scanned.",), seconds=2.4,
        ),
    )  # fmt: skip
    memory.add_document(
        bank_id, "Broken file with a long name that somebody saved from a mail in 2009 (copy 2).pdf", "",
        state="failed", size_bytes=120_000,
        failure=DocumentFailure(
            code="document_unreadable", message="The file is encrypted.", hint="Open it and save a copy."
        ),
    )  # fmt: skip


def sources(found: dict[str, Any]) -> tuple[Source, ...]:
    """Return numbered passages of the manual."""
    quotes = (
        "Clean the brew group once a week with warm water. Never use soap, because it dissolves the grease of the "
        "seals.",
        "Descale the boiler every three months. Use citric acid, two spoons to a litre of water, and rinse twice.",
        "If no water comes out of the brew group, the pump has drawn air. Open the steam valve for ten seconds, then "
        "try again.",
    )
    text = MANUAL.replace("\f", "")
    made = []
    for number, quote in enumerate(quotes, 1):
        start = text.index(quote)
        page = 2 if number < 3 else 3
        made.append(
            Source(
                number=number,
                bank_id=found["manuals"].id,
                document_id=found["manual"].id,
                document_name=found["manual"].name,
                quote=quote,
                start=start,
                end=start + len(quote),
                page=page,
                label=f"page {page}",
                score=0.91 - number * 0.12,
            )
        )
    return tuple(made)


def retrieval(found: dict[str, Any]) -> MemoryRetrievalStep:
    """Return the look into memory that found them."""
    banks = (found["manuals"].id, found["german"].id)
    attachment = Attachment(bank_id="vs_chat", document_id="file-chat", name="shopping list.txt")
    return MemoryRetrievalStep(
        id="look", turn_id="", query="How do I clean it?", bank_ids=banks, sources=sources(found), state="completed",
        attachments=(Included(attachment=attachment, how="whole", tokens=1234),),
    )  # fmt: skip


def citations() -> tuple[CitationMark, ...]:
    """Return where ANSWER rests on its sources."""
    return (
        CitationMark(offset=ANSWER.index("seals.") + len("seals."), numbers=(1,)),
        CitationMark(offset=ANSWER.index("[2]") + len("[2]"), numbers=(2,), written=True),
        CitationMark(offset=len(ANSWER), numbers=(2, 3)),
    )
