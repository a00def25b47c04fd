"""A server of our own: for nobody else, and gone with its owner."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from jurat.errors import UsageError
from jurat.languages.opa.client import Address, Client, NoAnswerError
from jurat.languages.opa.server import PrivateServer, find_program

OWNER = """
import sys, time
from jurat.languages.opa.server import PrivateServer
server = PrivateServer(sys.argv[1])
print(server.address.port, flush=True)
time.sleep(60)
"""


def is_up(port: int) -> bool:
    client = Client(Address("127.0.0.1", port), 1)
    try:
        client.ask("system.authz", "proof", {"challenge": "x"})
    except NoAnswerError:
        return False
    finally:
        client.close()
    return True


def wait_until(done: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not done() and time.monotonic() < end:
        time.sleep(0.02)
    return done()


def script(folder: Path, text: str) -> str:
    file = folder / "opa"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return str(file)


def test_nobody_else_gets_in(opa_program: str) -> None:
    server = PrivateServer(opa_program)
    port = server.address.port
    assert server.address.host == "127.0.0.1"
    for token, why in ((None, "it asks for a token"), ("guess", "the token is not accepted")):
        stranger = Client(Address("127.0.0.1", port, token=token))
        refused = pytest.raises(NoAnswerError, match=rf"^http://127.0.0.1:{port}: {why}$")
        with refused:
            stranger.put("x", "package x")
        with refused:
            stranger.ask("system.authz", "secret", {})
        with refused:
            stranger.modules()
        stranger.close()
    assert str(server.address.token) not in f"{server.address!r} {server.address}"
    server.stop()
    assert not is_up(port)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_its_owner(opa_program: str, number: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, opa_program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        port = int(owner.stdout.readline())
        assert is_up(port)
        os.kill(owner.pid, number)
        owner.wait()
    assert wait_until(lambda: not is_up(port))


def test_one_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    program = script(tmp_path, 'echo "line" >&2; echo "error: no such flag" >&2; exit 2')
    with pytest.raises(NoAnswerError, match=r"opa: no server comes up: error: no such flag$"):
        PrivateServer(program)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("echo hello", "is no OPA: it does not tell its version"),
        ("exit 3", "is no OPA"),
        ('echo "Version: 0.63.0"', "is OPA 0.63.0; 1.0.0 or newer is needed"),
        ('echo "Version: new"', "is OPA new; 1.0.0 or newer is needed"),
    ],
)
def test_what_is_no_recent_opa_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    program = script(tmp_path, text)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(UsageError, match=said) as caught:
        find_program()
    assert str(caught.value).startswith(f"{program}: ")


def test_without_one_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"no `opa` on the search path; see also --opa-url"):
        find_program()
