"""A genuine OPA of our own: on a free port of the loopback, and gone when its user is."""

import hmac
import multiprocessing
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from jurat.errors import UsageError
from jurat.languages.opa.client import Address, Client, NoAnswerError, RefusedError

LEAST_VERSION = (1, 0, 0)
_HOST = "127.0.0.1"
_ATTEMPTS = 5
_START_S = 10.0
_PAUSE_S = 0.005
_RULES = Path(__file__).with_name("private.rego")

# The shell waits for the end of its input, which comes when the process that holds the other end
# closes it or dies in whatever way; then, or when OPA ends by itself, nothing stays behind.
_KEEPER = """
exec 3<&0
"$@" 3<&- &
opa=$!
{ read -r _ <&3; kill -9 $opa; } &
keeper=$!
wait $opa
kill $keeper
"""


def find_program() -> tuple[str, str]:
    """Return the ``opa`` on the search path and its version; raises ``UsageError``."""
    found = shutil.which("opa")
    if found is None:
        raise UsageError("--rego-engine opa: no `opa` on the search path; see also --opa-url")
    if os.name != "posix":
        raise UsageError("--rego-engine opa: on this system a server is needed: --opa-url")
    program = str(Path(found).absolute())
    try:
        said = subprocess.run(  # noqa: S603 - what the user's search path calls opa
            [program, "version"], capture_output=True, text=True, timeout=_START_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        raise UsageError(f"{program}: cannot be run: {error}") from error
    version = re.search(r"^Version: (\S+)", said, re.MULTILINE)
    if version is None:
        raise UsageError(f"{program}: is no OPA: it does not tell its version")
    return program, checked_version(version[1], program)


def checked_version(version: str, whose: str) -> str:
    """Return a version that is new enough; raises ``UsageError``."""
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if numbers is None or tuple(map(int, numbers.groups())) < LEAST_VERSION:
        least = ".".join(map(str, LEAST_VERSION))
        raise UsageError(f"{whose}: is OPA {version}; {least} or newer is needed")
    return version


class PrivateServer:
    """A running server; raises ``NoAnswerError`` if none comes up."""

    def __init__(self, program: str) -> None:
        _end_with_parent()
        secret = secrets.token_urlsafe(32)
        for _ in range(_ATTEMPTS):
            self.address = Address(_HOST, _free_port(), token=secret)
            with tempfile.TemporaryFile() as log:
                self._process = _start(program, self.address, log)
                if self._comes_up():
                    return
                self.stop()
                log.seek(0)
                said = log.read().decode(errors="replace").splitlines()
                last_words = said[-1] if said else "no reason given"
        raise NoAnswerError(program, f"no server comes up: {last_words}")

    def _comes_up(self) -> bool:
        """Wait until the port answers, and whoever answers there knows the secret."""
        stranger = Client(Address(self.address.host, self.address.port), _START_S)
        challenge = secrets.token_hex()
        proof = hmac.digest(str(self.address.token).encode(), challenge.encode(), "sha256").hex()
        end = time.monotonic() + _START_S
        try:
            while time.monotonic() < end and self._process.poll() is None:
                try:
                    answer = stranger.ask("system.authz", "proof", {"challenge": challenge})
                except NoAnswerError:
                    time.sleep(_PAUSE_S)
                else:
                    return hmac.compare_digest(str(answer), proof)
        except RefusedError:
            return False  # it is not our server that speaks like this
        finally:
            stranger.close()
        return False

    def stop(self) -> None:
        """End the server."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def _end_with_parent() -> None:
    """End this process, if it is a worker, when the one that it works for is killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _start(program: str, address: Address, log: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [program, "run", "--server", "--addr", f"{address.host}:{address.port}"]
    command += ["--authentication", "token", "--authorization", "basic"]
    command += ["--skip-version-check", "--log-level", "error", _RULES.as_uri()]
    return subprocess.Popen(  # noqa: S603 - no shell sees what a user or an input says
        ["/bin/sh", "-c", _KEEPER, "sh", *command],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env={"JURAT_OPA_SECRET": str(address.token)},
        start_new_session=True,  # Ctrl-C is for us; we end the server
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
