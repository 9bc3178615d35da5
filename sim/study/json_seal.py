"""Seals of JSON objects: a promise as the first entry and a digest of all other entries as the last one.

The promise tells an object that lost its digest from those of older versions, which had none. As the two stand at the
two ends, no piece of the text that is cut out or written over takes both away. Where two pieces were exchanged, and
spoiled both keys, the digest itself still stands at the end.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

PROMISE, SEAL = "sealed", "seal"
DIGEST = re.compile("[0-9a-f]{32}")
# What else ends in a digest, without a seal: the results of measurements, and the numbers of older versions.
OTHERS = {"digest", "made_of"}


def sealed(content: Mapping[str, Any], digest: Callable[[dict[str, Any]], str]) -> dict[str, Any]:
    """An object with its seal; `digest` gives that of an object without one."""
    return {PROMISE: True, **content, SEAL: digest(dict(content))}


def unseal(content: dict[str, Any], digest: Callable[[dict[str, Any]], str]) -> bool:
    """Take the seal out of an object. True if it had one, False if it is of an older version.

    Raises ValueError if the object was changed.
    """
    key, last = next(reversed(content.items()), ("", ""))
    promise, found = content.pop(PROMISE, None), content.pop(SEAL, None)
    if found is None and (promise is not None or (key not in OTHERS and DIGEST.fullmatch(str(last)))):
        raise ValueError("it has lost its seal")
    if found is not None and found != digest(content):
        raise ValueError("it is not what was written: its seal differs")
    return found is not None
