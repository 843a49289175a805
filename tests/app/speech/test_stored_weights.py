"""Whisper's files as they are stored: damaged ones are repaired or named, half ones go."""

import hashlib
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.errors import SpeechError
from app.speech import weights
from app.speech.weights import resolve_weights
from maskgil.utils import hash_memory
from maskgil.utils.hashing import sha256_of
from maskgil.utils.hub_cache import DamagedFileError, check_files

ROOT = Path(__file__).resolve().parents[3]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "model.bin": b"weights " * 1000,  # large files are known by their SHA-256
    "config.json": b'{"alignment_heads": []}',  # small ones by Git's SHA-1
    "vocabulary.txt": b"<|startoftranscript|>\n",
}


def hub_name(file: str) -> str:
    """The hash that the hub names a file by."""
    data = FILES[file]
    if file == "model.bin":
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """Puts a Whisper into a hub's cache of the test's own; its folder."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("MASKGIL_CACHE", str(tmp_path / "ours"))

    def store(name: str) -> Path:
        repo = tmp_path / "hub" / f"models--Systran--faster-whisper-{name}"
        snapshot = repo / "snapshots" / COMMIT
        for folder in (repo / "refs", repo / "blobs", snapshot):
            folder.mkdir(parents=True)
        (repo / "refs" / "main").write_text(COMMIT)
        for file, data in FILES.items():
            (repo / "blobs" / hub_name(file)).write_bytes(data)
            (snapshot / file).symlink_to(f"../../blobs/{hub_name(file)}")
        return snapshot

    return store


def damage(path: Path) -> None:
    """Flip 20 bytes in the middle; the size stays."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 - 10)
        flipped = bytes(byte ^ 255 for byte in file.read(20))
        file.seek(-len(flipped), os.SEEK_CUR)
        file.write(flipped)


def test_files_are_hashed_once_and_again_when_they_change(stored, monkeypatch):
    read: list[Path] = []
    monkeypatch.setattr(hash_memory, "sha256_of", lambda path: read.append(path) or sha256_of(path))
    snapshot = stored("small")
    for _ in range(3):
        assert resolve_weights("small") == snapshot
    assert len(read) == 1
    os.utime(snapshot / "model.bin")
    assert resolve_weights("small") == snapshot and len(read) == 2
    damage(snapshot / "model.bin")
    with pytest.raises(SpeechError, match=r"damaged download: .*model\.bin is not what"):
        resolve_weights("small")


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_download_is_named(stored, file, caplog):
    snapshot = stored("small")
    damage(snapshot / file)
    for name in ("small", str(snapshot)):
        with pytest.raises(SpeechError, match=re.escape(str(snapshot / file))) as caught:
            resolve_weights(name)
        assert "\n" not in str(caught.value)
    with pytest.raises(DamagedFileError):
        check_files(snapshot)


@pytest.fixture
def packaged(whisper_base) -> Path:
    """Whisper base as it came with the requirements."""
    if not whisper_base.name.startswith("whisper-"):
        pytest.skip("Whisper base is in the hub's cache here")
    return whisper_base


def test_instead_of_a_damaged_download_the_packages_are_taken(
    stored, packaged, caplog, monkeypatch
):
    snapshot = stored("base")
    assert resolve_weights("base") == snapshot
    damage(snapshot / "model.bin")
    monkeypatch.setenv(weights.CACHE_VARIABLE, str(packaged.parent))
    assert resolve_weights("base") == packaged
    assert str(snapshot / "model.bin") in caplog.text


@pytest.fixture
def hub(monkeypatch):
    """A hub on this computer that gives `FILES`; what it was asked for."""
    from huggingface_hub import constants, hf_api

    asked: list[str] = []

    class Hub(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            file = self.path.rpartition("/")[2].partition("?")[0]
            if file in FILES:
                asked.append(f"{self.command} {file}")
                self._answer(FILES[file], file)
            elif "/tree/" in self.path:
                rows = [
                    {"type": "file", "path": name, "size": len(data), "oid": hub_name(name)}
                    for name, data in FILES.items()
                ]
                self._answer(json.dumps(rows).encode())
            else:
                names = [{"rfilename": name} for name in FILES]
                self._answer(json.dumps({"id": "a/b", "sha": COMMIT, "siblings": names}).encode())

        do_HEAD = do_GET

        def _answer(self, data: bytes, file: str = "") -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(data)))
            if file:
                self.send_header("etag", f'"{hub_name(file)}"')
                self.send_header("x-repo-commit", COMMIT)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        template = f"{address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(hf_api.api, "endpoint", address)
        yield asked
        server.shutdown()


def test_a_damaged_download_is_repaired_where_there_is_a_hub(stored, hub, monkeypatch):
    from huggingface_hub import constants

    snapshot = stored("small")
    damage(snapshot / "model.bin")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    assert resolve_weights("small") == snapshot
    assert "GET model.bin" in hub and "GET config.json" not in hub, "what is whole is kept"
    assert (snapshot / "model.bin").read_bytes() == FILES["model.bin"]


def test_what_a_killed_join_left_goes_at_the_next_start(tmp_path, packaged, monkeypatch):
    """Killed in the middle of joining the parts; then joined, and joined again once damaged."""
    code = (
        "from app.speech.weights import resolve_weights\n"
        "from maskgil.utils import files\n"
        "def held(source, target, size):\n"
        "    target.write(source.read(size)); target.flush(); print('joining', flush=True)\n"
        "    input()\n"
        "files.shutil.copyfileobj = held\n"
        "resolve_weights('base')\n"
    )
    monkeypatch.setenv(weights.CACHE_VARIABLE, str(tmp_path))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    half = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, **pipes)
    assert half.stdout.readline().strip() == "joining"
    half.send_signal(signal.SIGKILL)
    half.communicate(timeout=30)
    (draft,) = tmp_path.rglob("*.part")
    assert draft.stat().st_size > 0
    joined = resolve_weights("base") / "model.bin"
    assert joined.is_relative_to(tmp_path)
    names = sorted(path.name for path in joined.parent.iterdir())
    assert names == ["config.json", "model.bin", "vocabulary.txt"]
    right = sha256_of(joined)
    damage(joined)
    draft.touch()  # somebody else's, killed meanwhile
    assert sha256_of(resolve_weights("base") / "model.bin") == right and not draft.exists()
