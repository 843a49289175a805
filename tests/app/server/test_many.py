"""Many at once on the running page: connections without requests, visitors who never leave."""

import contextlib
import secrets
import socket
import threading
import time

import httpx
import pytest

from app.server import connections
from app.web import sessions
from benchmarks.load.attacks import big_picture, restore
from tests.helpers.page.running_page import wait_until

pytestmark = pytest.mark.usefixtures("alive")
MIB = 2**20


def connected(address: str, sent: bytes = b"") -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    connection.sendall(sent)
    return connection


def is_closed(connection: socket.socket) -> bool:
    """Whether the server hangs up, which is waited for."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: 127.0.0.1"])
def test_who_sends_no_whole_request_is_hung_up_on(address, monkeypatch, sent):
    """Also who sends another byte of it now and then."""
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 0.5)
    with connected(address, sent) as silent, connected(address, sent) as dripping:
        began = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() < began + 20:
                dripping.sendall(b"x")
                time.sleep(0.05)
        assert is_closed(silent)


def test_a_second_request_of_a_connection_has_to_come_whole_too(address, monkeypatch):
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 0.5)
    host = address.removeprefix("http://").encode()
    whole = b"GET /robots.txt HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
    with connected(address, whole) as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1")
        connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
        while rest := connection.recv(65536):
            assert rest


def test_a_slow_upload_is_received(address, monkeypatch):
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 0.3)

    def slowly():
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.ogg"\r\n\r\n'
        for _ in range(8):
            time.sleep(0.1)
            yield b"x"
        yield b"\r\n--b--\r\n"

    head = {"content-type": "multipart/form-data; boundary=b"}
    url = f"{address}/gradio_api/upload"
    assert httpx.post(url, content=slowly(), headers=head, timeout=30).status_code == 200


HEAD = b"POST /gradio_api/call/draw HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def test_who_sends_a_body_byte_by_byte_is_hung_up_on(address):
    """Each costs the server as much as a large one: a megabyte of them was seconds of silence."""
    piece = b"1\r\n \r\n"
    begun = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    small = connections.SMALL
    with connected(address, begun + piece * (small + 1)) as wasteful:
        assert is_closed(wasteful)
    with connected(address, begun + piece * small + b"0\r\n\r\n") as honest:
        assert honest.recv(65536).startswith(b"HTTP/1.1")
    large = b"%x\r\n%s\r\n" % (connections.PIECE, b" " * connections.PIECE)
    with connected(address, begun + large * 200 + piece * small + b"0\r\n\r\n") as honest:
        assert honest.recv(65536).startswith(b"HTTP/1.1")


def test_who_falls_silent_within_a_body_is_hung_up_on(address, monkeypatch):
    monkeypatch.setattr(connections, "SILENCE", 0.3)
    for sent in (b"", b'{"data": ["a'):
        with connected(address, HEAD + b"Content-Length: 1000\r\n\r\n" + sent) as silent:
            assert is_closed(silent)


def test_who_does_not_read_the_answer_is_hung_up_on(address, monkeypatch):
    """What waits for them would be kept."""
    monkeypatch.setattr(connections, "READ_WITHIN", 0.5)
    files = {"files": ("large.ogg", bytes(20 * MIB))}
    (path,) = httpx.post(f"{address}/gradio_api/upload", files=files, timeout=60).json()
    wish = f"GET /gradio_api/file={path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    with connected(address, wish) as deaf:
        time.sleep(1.5)
        read = 0
        with contextlib.suppress(ConnectionResetError):
            while part := deaf.recv(65536):
                read += len(part)
    assert 0 < read < 20 * MIB


def test_an_address_has_so_many_connections(address, monkeypatch):
    """Others are hung up on, and come in when the first have left."""
    monkeypatch.setattr(connections, "AT_ONCE", 3)
    monkeypatch.setattr(connections, "is_local", lambda host: False)
    first = [connected(address) for _ in range(3)]
    with connected(address) as more:
        assert is_closed(more)
    for each in first:
        each.close()
    wait_until(lambda: not connections.BoundedConnection._open)
    assert httpx.get(f"{address}/config", timeout=30).status_code == 200


def test_restores_take_their_turn(running):
    page, address = running
    end: list[dict] = []

    def drop() -> None:
        with httpx.Client(timeout=60) as client:
            end.append(restore(client, address, big_picture(64), secrets.token_hex(8)))

    threads = [threading.Thread(target=drop) for _ in range(3)]
    with page.queue.join("somebody else"):
        for thread in threads:
            thread.start()
        wait_until(lambda: len(page.queue) == 3)
        assert page.queue.running == 1 and not end
    for thread in threads:
        thread.join()
    assert len(end) == 3 and all("foreign" in str(each) for each in end)


def test_who_never_says_goodbye_is_forgotten_in_time(running, monkeypatch):
    """Programs may name a new session with each picture that they restore."""
    page, address = running
    monkeypatch.setattr(sessions, "VISITORS", 4)
    monkeypatch.setattr(sessions, "PIXELS", 2 * MIB)
    names = [secrets.token_hex(8) for _ in range(6)]
    with httpx.Client(timeout=60) as client:
        for name in names:
            restore(client, address, big_picture(700), name)
    kept = [page.sessions.get(name).pictures.get(1) for name in names]
    assert len(page.sessions) == 4 and not page.sessions.get(names[0]).newest
    assert [each is not None for each in kept] == [False] * 5 + [True], "700 x 700 x 3 bytes each"
