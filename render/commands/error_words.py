"""Errors on the command line: what tyro says in a box, as one line for people who do not know tyro or Python."""

import re
from collections.abc import Callable

KINDS = {"INT": "whole number", "FLOAT": "number", "PATH": "path", "STR": "text"}
QUOTED = re.compile("'([^']*)'")
COUNTS = {1: "a", 2: "two", 3: "three"}


def one_line(box: str) -> str:
    """The errors in a box that tyro printed, as one line: missing and unknown options, or else the first message.

    The box, or without Unicode a title, encloses sections, with a line of dashes between them. The first line of a
    section is its message; lines that are indented by 6 name options.
    """
    lines = [line.replace("│", " ").rstrip() for line in box.splitlines() if line[:1] not in "╭╰"]
    sections: list[list[str]] = [[]]
    for line in filter(None, lines):
        sections.append([]) if set(line.strip()) <= set("─-") else sections[-1].append(line)
    if not box.startswith("╭"):  # then the first section is the title
        sections.pop(0)
    found = []
    for head, *rest in filter(None, sections):
        options = [line.strip() for line in rest if len(line) - len(line.lstrip()) == 6]
        head = head.strip()
        if head.startswith("Missing from"):
            found.append(f"missing {', '.join(options)}")
        elif head.startswith("Perhaps you meant"):
            found.append(f"perhaps you meant {options[0].split()[0]}")
        elif not found or head.startswith("Unrecognized"):
            message = " ".join(map(str.strip, [head, *rest])).partition(" Got errors:")[0].rstrip(".")
            found.append(_plain_words(message[0].lower() + message[1:]))
    return "; ".join(found)


def _plain_words(message: str) -> str:
    """A message of tyro without the words of its source, and with the option in front."""
    for pattern, say in PATTERNS.items():
        message = re.sub(pattern, say, message)
    return message


def _not_among(found: re.Match[str]) -> str:
    value, option, choices = found.groups()
    return f"{option}: {value} is none of {', '.join(QUOTED.findall(choices))}"


def _no_value(found: re.Match[str]) -> str:
    name, count = found[1], int(found[2])
    if not name.startswith("-"):
        return f"missing {name.upper()}"
    return f"{name} needs {'a value' if count == 1 else f'{count} values'}"


def _no_type(found: re.Match[str]) -> str:
    """What was expected where tyro tried several types, such as {None}|{INT INT}."""
    kinds = [kind for kind in found[1].replace("{", "").replace("}", "").split("|") if kind != "None"]
    got = " ".join(QUOTED.findall(found[2]))
    return f"expected {' or '.join(map(_kind_words, kinds))}, got {got!r}" + _whole_fix(got if kinds == ["INT"] else "")


def _kind_words(kind: str) -> str:
    """What a type such as INT or INT INT is called."""
    parts = kind.split()
    if len(set(parts)) > 1 or parts[0] not in KINDS or len(parts) not in COUNTS:
        return kind
    return f"{COUNTS[len(parts)]} {KINDS[parts[0]]}{'s' * (len(parts) > 1)}"


def _no_integer(found: re.Match[str]) -> str:
    return f"expected a whole number, got {found[1]!r}{_whole_fix(found[1])}"


def _whole_fix(text: str) -> str:
    """What to write for a text such as 1e3, which is a whole number of few digits though it is not written as one."""
    try:
        whole = float(text).is_integer() and abs(float(text)) < 1e15
    except ValueError:
        whole = False
    return f"; write {float(text):.0f}" if whole else ""


PATTERNS: dict[str, str | Callable[[re.Match[str]], str]] = {
    r"invalid literal for int\(\) with base 10: '(.*)'": _no_integer,
    r"could not convert string to float: ('.*')": r"expected a number, got \1",
    r"no type matching (\S+(?: \S+)*?) could be instantiated from (\[.*\])": _no_type,
    r"^invalid choice ('.*') for argument '([^']*)'\. [Ee]xpected one of (\(.*\))": _not_among,
    r"^missing value for argument '([^']*)'\. [Ee]xpected (\d+) values?": _no_value,
    r"^error parsing (?:settings[\w.]*: |[a-z]+: )?": "",
}
