"""An OPA for one run: used by any number of processes, and left as it was found."""

import os
import secrets
import signal
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from urllib.parse import urlsplit

from jurat.errors import PackError, UsageError
from jurat.languages.opa.choice import Opa
from jurat.languages.opa.client import Address, Client, NoAnswerError, RefusedError, import_client
from jurat.languages.opa.evaluator import OpaEvaluator
from jurat.languages.opa.server import checked_version, find_program
from jurat.languages.opa.session import Session
from jurat.languages.rego import RegoEvaluator
from jurat.model import Policy

_PORTS = {"http": 80, "https": 443}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@contextmanager
def opened(opa: Opa, seconds: float) -> Iterator["OpaEngine"]:
    """Make sure of an OPA and give it for use; whatever was uploaded is deleted at the end.

    One evaluation may take ``seconds``. Raises ``UsageError`` if there is no OPA that lets us.
    """
    import_client()
    run = f"jurat_{secrets.token_hex(6)}"
    with _ended_by_signals(), ExitStack() as at_the_end:
        place: Address | str
        if opa.url is None:
            place, version = find_program()
        else:
            place = _address(opa, opa.url)
            at_the_end.callback(_delete, place, run)
            version = checked_version(_version_at(place, run), str(place))
        engine = OpaEngine(place, run, seconds, f"opa {version}")
        at_the_end.callback(engine.leave)
        yield engine


class OpaEngine:
    """An OPA for one run: ``described`` by name and version, used by each process on its own.

    ``place`` is an address, or the program of which each process starts a server.
    """

    def __init__(self, place: Address | str, run: str, seconds: float, described: str) -> None:
        self.described = described
        self.seconds = seconds
        self._place = place
        self._run = run
        self._session: tuple[int, Session] | None = None

    def evaluator(self, policy: Policy, library: tuple[str, ...]) -> OpaEvaluator:
        """Upload a policy with its library; raises ``PackError`` with what OPA has against it."""
        evaluator = OpaEvaluator(RegoEvaluator(policy, library), self)
        try:
            self.session().admit(evaluator)
        except NoAnswerError as error:
            raise PackError(str(error)) from error
        return evaluator

    def session(self) -> Session:
        """Return the session of this process, if need be a new one; raises ``NoAnswerError``."""
        if self._session is None or self._session[0] != os.getpid():
            self._session = os.getpid(), Session(self._place, self._run)
        return self._session[1]

    def leave(self) -> None:
        """End the session of this process, if there is one."""
        if self._session is not None and self._session[0] == os.getpid():
            self._session[1].close()
        self._session = None


def _address(opa: Opa, url: str) -> Address:
    """Read a URL; raises ``UsageError`` for what cannot be one, or would give a secret away."""
    if "@" in url:
        raise UsageError("--opa-url: a command line is no place for credentials; see docs/opa.md")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"--opa-url: not a URL: {error}") from error
    if parts.scheme not in _PORTS or not host:
        raise UsageError(f"--opa-url {url}: the form is https://HOST:PORT")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise UsageError(f"--opa-url {url}: nothing may follow the port")
    secure = parts.scheme == "https"
    if opa.token and not secure and host not in _LOOPBACK:
        raise UsageError(f"--opa-url {url}: a token needs https")
    if opa.ca is not None:
        _check_certificates(opa.ca)
    return Address(host, port or _PORTS[parts.scheme], secure, opa.token, opa.ca)


def _check_certificates(file: str) -> None:
    try:
        ssl.create_default_context(cafile=file)
    except ssl.SSLError as error:
        raise UsageError(f"{file}: holds no certificate in PEM form") from error
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error


def _version_at(place: Address, run: str) -> str:
    session = Session(place, run)
    try:
        return session.version()
    except NoAnswerError as error:
        raise UsageError(str(error)) from error
    except RefusedError as error:
        raise UsageError(f"{place}: {error}") from error
    finally:
        session.close()


def _delete(place: Address, run: str) -> None:
    """Delete the modules of all processes of a run, also of those that were killed."""
    client = Client(place)
    # What stays because the server is gone lies below a root that nobody else uses.
    with suppress(NoAnswerError, RefusedError):
        for module in client.modules():
            if module.startswith(f"{run}_"):
                client.delete(module)
    client.close()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a signal that would end the process at once end it in good order."""

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = [s for s in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(s) is signal.SIG_DFL]
    for number in signals:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in signals:
            signal.signal(number, signal.SIG_DFL)
