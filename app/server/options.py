"""Server options: address, password, TLS, threads."""

from __future__ import annotations

import hmac
import ipaddress
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.server.job_queue import Limits
from app.server.middleware import RequestRules
from app.server.origins import KnownNames

AUTH_VARIABLE = "MASKGIL_AUTH"
HOSTS_VARIABLE = "MASKGIL_ALLOWED_HOSTS"
ORIGINS_VARIABLE = "MASKGIL_ALLOWED_ORIGINS"
TEMP_VARIABLE = "GRADIO_TEMP_DIR"
SPARE_THREADS = 40  # beside those of queued jobs: page loads, restoring, stopping
STATES = 256  # visitors whose state gradio keeps; every API call counts as one


@dataclass(frozen=True)
class Account:
    """The user of a password-protected page; neither name nor password is ever printed."""

    user: str
    password: str = field(repr=False)

    def fits(self, user: str, password: str) -> bool:
        """Compare both in constant time."""
        same_user = hmac.compare_digest(user.encode(), self.user.encode())
        return hmac.compare_digest(password.encode(), self.password.encode()) and same_user

    @classmethod
    def parse(cls, text: str) -> Account:
        """Parse `user:password`. The error quotes neither."""
        user, colon, password = text.partition(":")
        if not (user.strip() and colon and password):
            raise ValueError(
                f"--auth and {AUTH_VARIABLE} take user:password, both parts not empty "
                "(what was given is not repeated here)"
            )
        return cls(user.strip(), password)


@dataclass(frozen=True)
class Serving:
    """Where and how to serve."""

    host: str = "127.0.0.1"
    port: int = 7860
    share: bool = False
    account: Account | None = None
    limits: Limits = field(default_factory=Limits)
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.port <= 65535:
            raise ValueError(f"the port must be 1 to 65535, not {self.port}")
        self.names()

    def check_port(self) -> None:
        """Raise OSError in one line if the address and port cannot be bound."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((self.host.strip("[]"), self.port))
        except OSError as error:
            raise OSError(
                f"port {self.port} of {self.host} cannot be had ({error.strerror}); "
                "choose another by --port"
            ) from error

    @property
    def is_public(self) -> bool:
        """Whether other computers can reach the page."""
        return self.share or not is_loopback(self.host)

    def warning(self) -> str | None:
        """A one-line warning if the page is public without password, unless this is a Space."""
        from app.server.spaces import is_space

        if not self.is_public or self.account is not None or is_space():
            return None
        where = "a public link" if self.share else f"--host {self.host}"
        return (
            f"warning: {where} without --auth: whoever reaches this address can use the page; "
            f"give --auth user:password or set {AUTH_VARIABLE}"
        )

    def names(self) -> KnownNames:
        """The server's host names and allowed origins. Raises ValueError for an invalid origin."""
        from app.server.spaces import space_names

        others = (*self.allowed_hosts, *space_names())
        names = KnownNames(self.host, others, self.allowed_origins)
        if self.is_public:
            names.add_computers()
        return names

    @property
    def max_threads(self) -> int:
        """The size of the thread pool: one for each queued job, and some to spare."""
        return self.limits.waiting + self.limits.at_once + SPARE_THREADS

    def launch_options(self, names: KnownNames) -> dict[str, Any]:
        """Arguments of the web framework's launch; `names` is the result of `names()`."""
        from starlette.middleware import Middleware
        from starlette.middleware.cors import CORSMiddleware

        from app.server.middleware import RequestGuardMiddleware
        from app.server.spaces import is_space

        folder = os.environ.get(TEMP_VARIABLE)
        rules = RequestRules(
            names=names,
            local_too=self.limits.local_too,
            folder=Path(folder) if folder else None,
            framed=is_space(),
        )
        layers = [Middleware(RequestGuardMiddleware, rules=rules)]
        if names.origins:
            cors = Middleware(
                CORSMiddleware, allow_origins=names.origins, allow_methods=["*"],
                allow_headers=["*"], allow_credentials=True,
            )  # fmt: skip
            layers.insert(0, cors)
        options: dict[str, Any] = {
            "max_threads": self.max_threads,
            "state_session_capacity": max(STATES, 4 * self.limits.waiting),
            "app_kwargs": {"middleware": layers},
        }
        if self.account is not None:
            options["auth"] = self.account.fits
        return options


def is_loopback(host: str) -> bool:
    """Whether `host`, as given to --host, is reached from this computer alone."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return False


def hide_account(argv: Sequence[str]) -> None:
    """Re-execute this program with --auth moved to the environment, hidden from `ps`.

    Does nothing without --auth, nor on Windows, where a process cannot be replaced.
    """
    kept, account = split_account(argv)
    if account is None or os.name != "posix":
        return
    Account.parse(account)
    os.environ[AUTH_VARIABLE] = account
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *kept])


def split_account(argv: Sequence[str]) -> tuple[list[str], str | None]:
    """The interpreter's arguments without --auth, and its value or None."""
    kept: list[str] = []
    account: str | None = None
    rest = iter(argv)
    for argument in rest:
        if argument == "--auth":
            account = next(rest, "")
        elif argument.startswith("--auth="):
            account = argument.partition("=")[2]
        else:
            kept.append(argument)
    return kept, account
