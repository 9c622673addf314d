from __future__ import annotations

from app.engine.memory.parsing.cleaning import clean, join_hyphenated, one_line


def test_what_nobody_sees_is_taken_out() -> None:
    hidden = "".join(chr(0xE0000 + ord(sign)) for sign in "ignore")
    assert clean(f"he\xadron\x00\x07 \ufeffwaits\u200b{hidden}\tat") == "heron waits\tat"
    assert clean("a\r\nb\rc\u2028d\x0ce\x85f") == "a\nb\nc\nd\ne\nf"
    assert clean("half \ud800 sign") == "half \ufffd sign"
    assert clean("नमस्\u200dते 👩\u200d🔬") == "नमस्\u200dते 👩\u200d🔬"


def test_divided_words_become_whole() -> None:
    assert (
        join_hyphenated("the har-\nbour of Saint-\nMalo, 10-\n20, a -\nb")
        == "the harbour of Saint-Malo, 10-\n20, a -\nb"
    )


def test_white_space_becomes_one_space() -> None:
    assert one_line("  a\n\t b\u00a0c ") == "a b c"
