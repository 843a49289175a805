"""Firefox from the distribution, headless, driven by its own Marionette protocol over TCP."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
START = 60  # seconds for it to listen
PATIENCE = 300_000  # milliseconds for a script


class Marionette:
    """One connection: messages are `length:[0, id, command, parameters]`."""

    def __init__(self, port: int) -> None:
        self._socket = _connected(port)
        self._file = self._socket.makefile("rb")
        self._number = 0
        self._read()  # its greeting
        self.send("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})
        self.send("WebDriver:SetTimeouts", {"script": PATIENCE, "pageLoad": PATIENCE})

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        text = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(text), text))
        _, number, error, result = self._read()
        assert number == self._number
        assert error is None, error
        return result

    def _read(self) -> Any:
        length = b""
        while (byte := self._file.read(1)) != b":":
            assert byte, "Firefox is gone"
            length += byte
        return json.loads(self._file.read(int(length)))

    def go(self, address: str) -> None:
        self.send("WebDriver:Navigate", {"url": address})

    def run(self, script: str) -> Any:
        """What the body of an async function returns in the page."""
        wrapped = f"""
            const told = arguments[arguments.length - 1];
            (async () => {{ {script} }})().then((value) => told([value]), (error) => told(String(error)));
        """  # noqa: E501
        answer = self.send("WebDriver:ExecuteAsyncScript", {"script": wrapped, "args": []})
        value = answer["value"]
        assert isinstance(value, list), value
        return value[0]

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@contextmanager
def firefox(profile: Path) -> Iterator[Marionette]:
    """A fresh Firefox whose profile lies in the folder `profile`."""
    assert FIREFOX is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (profile / "user.js").write_text(
        f'user_pref("marionette.port", {port});\nuser_pref("intl.accept_languages", "en");\n'
    )
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        driver = Marionette(port)
        yield driver
        driver.close()
    finally:
        process.terminate()
        process.wait(30)


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + START
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE / 1000)
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
