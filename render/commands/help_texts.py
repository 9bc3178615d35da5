"""The descriptions of options in the help of a command, with the line breaks of their sources taken out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def unbroken_descriptions() -> Iterator[None]:
    """While the block lasts, tyro reads descriptions without their line breaks.

    docstring_parser, through which tyro reads the docstrings of fields, leaves the indent of all lines but the first,
    and tyro takes an indented line for the entry of a list: the help broke sentences where their sources do.
    """
    import docstring_parser

    parse = docstring_parser.parse_from_object

    def unbroken(*args: Any, **options: Any) -> docstring_parser.Docstring:
        """What docstring_parser finds, with each paragraph of a description as one line."""
        found = parse(*args, **options)
        for parameter in found.params:
            parameter.description = joined(parameter.description or "") or None
        return found

    docstring_parser.parse_from_object = unbroken
    try:
        yield
    finally:
        docstring_parser.parse_from_object = parse


def joined(text: str) -> str:
    """A text with each of its paragraphs as one line."""
    return re.sub(r"(?<!\n)[ \t]*\n[ \t]*(?=[^\s])", " ", text)
