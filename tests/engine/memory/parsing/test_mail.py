from __future__ import annotations

from email.message import EmailMessage

from tests.fakes.documents import OTHER, SENTENCE, TITLE, contents
from tests.fakes.reading import read_bytes


def test_a_message_has_its_subject_its_people_and_its_text_once(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.eml", contents()["eml"])
    assert outcome.headings == [(1, TITLE)]
    assert outcome.blocks("list")[0].startswith(
        "From: Ann Ödland <ann@birds.example>\nTo: bob@birds.example\nDate: Mon, 05"
    )
    assert outcome.text.count(SENTENCE) == 1
    assert outcome.blocks("quote") == ["> what did you see?"]
    assert [omitted.where for omitted in outcome.omitted] == ["heron.png"]


def test_html_is_read_where_there_is_no_plain_text(tmp_path) -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message["Subject"] = "x"
    message.set_content("<h2>Part</h2><p>grün</p>", subtype="html", charset="iso-8859-1")
    assert "grün" in read_bytes(tmp_path, "a.eml", message.as_bytes()).blocks("paragraph")


def test_messages_of_a_mailbox_are_pages(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.mbox", contents()["mbox"])
    assert [(part.page, part.label) for part in outcome.parts] == [(1, TITLE), (2, "Reeds")]
    assert OTHER in outcome.parts[1].text


def test_headers_against_the_rules_do_not_matter(tmp_path) -> None:
    text = (
        b"From: <<>@\r\nDate: never\r\nSubject: =?x-none?Q?=FF?= \xff\r\nTo: =?utf-8?b?!?=\r\n\r\n" + SENTENCE.encode()
    )
    assert SENTENCE in read_bytes(tmp_path, "a.eml", text).text
