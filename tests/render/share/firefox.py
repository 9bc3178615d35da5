"""Drive a headless Firefox by its Marionette protocol: standard library only."""

import base64
import json
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("firefox", "firefox-esr"))), None)
MISSING = "there is no Firefox on this machine"


class Firefox:
    """One browser with one page."""

    def __init__(self, width: int = 1400, height: int = 900) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (Path(self._profile.name) / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
        size = ["--width", str(width), "--height", str(height)]
        words = [str(PROGRAM), "--headless", "--no-remote", "--marionette", "--profile", self._profile.name, *size]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._socket, self._buffer, self._number = self._connect(port), b"", 0
        self._message()  # its greeting
        self.call("WebDriver:NewSession", capabilities={"alwaysMatch": {"timeouts": {"script": 240_000}}})

    def __enter__(self) -> "Firefox":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(60)
        self._profile.cleanup()

    def call(self, name: str, **params: Any) -> Any:
        """Run a command of the protocol and return its result."""
        self._number += 1
        message = json.dumps([0, self._number, name, params]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._message()
        assert error is None, error
        return result

    def open(self, page: Path, hash: str = "") -> None:
        """Open a file and wait until it is loaded."""
        self.call("WebDriver:Navigate", url="about:blank")
        self.call("WebDriver:Navigate", url=page.resolve().as_uri() + hash)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page, as JSON; promises are awaited."""
        # the sandbox "" is the page's own scope
        return self.call("WebDriver:ExecuteScript", script=f"return {expression}", args=[], sandbox=None)["value"]

    def wait(self, expression: str, seconds: float = 60) -> None:
        """Wait until an expression is true."""
        until = time.monotonic() + seconds
        while not self.evaluate(expression):
            assert time.monotonic() < until, f"{expression} did not become true"
            time.sleep(0.1)

    def screenshot(self, path: Path) -> None:
        """Save what the window shows as a PNG."""
        data = self.call("WebDriver:TakeScreenshot", full=False)["value"]
        path.write_bytes(base64.b64decode(data))

    def _connect(self, port: int) -> socket.socket:
        until = time.monotonic() + 90
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), 240)
            except OSError:
                assert time.monotonic() < until, "Firefox does not listen"
                time.sleep(0.2)

    def _message(self) -> Any:
        while b":" not in self._buffer or len(self._buffer) < self._end():
            part = self._socket.recv(1 << 16)
            assert part, "Firefox has ended"
            self._buffer += part
        start, end = self._buffer.index(b":") + 1, self._end()
        message, self._buffer = self._buffer[start:end], self._buffer[end:]
        return json.loads(message)

    def _end(self) -> int:
        """The end of the first message in the buffer."""
        length, colon, _ = self._buffer.partition(b":")
        return len(length) + len(colon) + int(length)
