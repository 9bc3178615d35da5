"""What tests read of a page."""

import re


def without_spans(html):
    """The text of a page without its spans, of which each word of a command has one."""
    return re.sub("</?span[^>]*>", "", html)
