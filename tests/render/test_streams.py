"""Lines on stderr, also if it is closed, unread or lacks a character."""

import io
import os
import sys

from render.progress import progress
from render.streams import complain, discard_unwritable, escape_unencodable, say, silence


def test_without_stderr_nothing_is_printed_on_stdout(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)
    say("something")
    with progress("sweeping", 1.0) as advance:
        advance(1.0, "")
    assert capsys.readouterr().out == ""
    discard_unwritable(None)


def test_lines_that_nobody_reads_are_dropped(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w")
    monkeypatch.setattr(sys, "stderr", stream)
    say("something")
    say("more")
    stream.close()  # which would fail if it still held what nobody reads


def test_silence_ends_with_its_block_and_holds_within_others(capsys):
    with silence():
        with silence(False), progress("sweeping", 1.0) as advance:
            advance(1.0, "")
        say("unheard")
    with silence(False):
        say("heard")
    say("heard again")
    assert capsys.readouterr() == ("", "heard\nheard again\n")


def test_a_complaint_is_one_line_of_printable_characters(capsys):
    complain("there is no \x1b[31mred\nline;\tcheck ü and \udcff")
    assert capsys.readouterr().err == "foragescape: there is no \\x1b[31mred line; check ü and \\udcff\n"


def test_a_character_that_a_stream_lacks_is_escaped():
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    escape_unencodable(stream)
    stream.write("a ‖ b")
    stream.flush()
    assert stream.buffer.getvalue() == rb"a \u2016 b"
    escape_unencodable(None)
    escape_unencodable(io.StringIO())


def test_no_line_controls_the_terminal(capsys):
    say("next: \x1b[31mred\x1b]0;title\x07\nline\u202e")
    assert capsys.readouterr().err == "next: \\x1b[31mred\\x1b]0;title\\x07\\nline\\u202e\n"
