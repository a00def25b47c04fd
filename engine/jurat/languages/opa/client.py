"""Talk to an OPA server: upload modules, ask for rules, and tell apart what can go wrong."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jurat.errors import UsageError

_CONNECT_S = 5.0
_PATIENCE_S = 30.0
_UNAUTHORIZED = "unauthorized"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is and what it asks for; ``ca`` is a file of certificates to trust."""

    host: str
    port: int
    secure: bool = False
    token: str | None = field(default=None, repr=False)
    ca: str | None = None

    def __str__(self) -> str:
        return f"{'https' if self.secure else 'http'}://{self.authority}:{self.port}"

    @property
    def authority(self) -> str:
        """The host as it stands in a URL."""
        return f"[{self.host}]" if ":" in self.host else self.host


class NoAnswerError(Exception):
    """A server was not reached, is no OPA, lets nobody in, or did not answer in time.

    ``reason`` says why without the address, which may differ from run to run.
    """

    def __init__(self, place: object, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.reason = reason


class RefusedError(Exception):
    """What OPA says against a module or about an evaluation.

    ``module`` is the id under which the module in question was uploaded, if OPA names one.
    """

    def __init__(self, text: str, module: str | None, row: int | None) -> None:
        super().__init__(text)
        self.module = module
        self.row = row


def import_client() -> Any:
    """Return the class of the client library; raises ``UsageError`` if it is not installed."""
    try:
        from opa_client.opa import OpaClient  # noqa: PLC0415 - takes half a second
    except ImportError as error:
        raise UsageError(
            "--rego-engine opa: install its client: pip install 'jurat[opa]'"
        ) from error
    return OpaClient


class Client:
    """A connection to one server, for one process.

    Each call may raise ``NoAnswerError`` and ``RefusedError``.
    """

    def __init__(self, address: Address, seconds: float = _PATIENCE_S) -> None:
        self._address = address
        self._seconds = seconds
        self._opa = import_client()(
            host=address.authority,
            port=address.port,
            ssl=address.secure and (address.ca or True),
            token=address.token,
            retries=0,
        )
        # The environment shall change neither the certificates, nor the token, nor the route.
        self._opa._session.trust_env = False  # noqa: SLF001 - the client has no way to say so

    def put(self, module: str, text: str) -> None:
        """Upload a module as it is."""
        with self._call(self._seconds):
            self._opa.update_policy_from_string(text, module, rego_compat=False)

    def modules(self) -> list[str]:
        """Return the ids of all modules on the server."""
        with self._call(self._seconds):
            return list(self._opa.get_policies_list())

    def delete(self, module: str) -> None:
        """Take a module off the server."""
        with self._call(self._seconds):
            self._opa.delete_policy(module)

    def ask(self, package: str, rule: str, given: Any, seconds: float | None = None) -> Any:
        """Return the value of a rule, ``None`` if undefined; errors of builtins are errors."""
        strictly = {"strict-builtin-errors": "true"}
        with self._call(seconds or self._seconds):
            return self._opa.query_rule(given, package, rule, query_params=strictly).get("result")

    def misunderstood(self) -> NoAnswerError:
        """Return what to raise if an answer is none that OPA could give."""
        return NoAnswerError(self._address, "what answers there is no OPA")

    def close(self) -> None:
        """Close the connection."""
        self._opa.close_connection()

    @contextmanager
    def _call(self, seconds: float) -> Iterator[None]:
        from opa_client import errors  # noqa: PLC0415 - see `import_client`
        from requests import exceptions  # noqa: PLC0415 - see `import_client`

        self._opa.timeout = (min(_CONNECT_S, seconds), seconds)
        try:
            yield
        except errors.RegoParseError as error:
            said = {"code": error.expression, "message": error.message, "errors": error.errors}
            raise self._refusal(said) from error
        except errors.DeletePolicyError as error:
            raise self._refusal({"code": error.expression, "message": error.message}) from error
        except exceptions.HTTPError as error:
            raise self._http_error(error.response) from error
        except exceptions.Timeout as error:
            raise NoAnswerError(self._address, f"no answer within {seconds:g} s") from error
        except (exceptions.SSLError, exceptions.ConnectionError) as error:
            raise NoAnswerError(self._address, _reason(error)) from error
        except (exceptions.RequestException, ValueError, AttributeError, TypeError) as error:
            raise self.misunderstood() from error

    def _http_error(self, response: Any) -> Exception:
        try:
            said = response.json()
        except ValueError:
            said = None
        if isinstance(said, dict) and "code" in said:
            return self._refusal(said)
        return self.misunderstood()

    def _refusal(self, said: Mapping[str, Any]) -> Exception:
        """Read OPA's way to say no: the first error of those it lists."""
        if said["code"] == _UNAUTHORIZED:
            lacks = "the token is not accepted" if self._address.token else "it asks for a token"
            return NoAnswerError(self._address, lacks)
        if not isinstance(said["code"], str):
            return self.misunderstood()
        errors = said.get("errors")
        listed = [item for item in errors if isinstance(item, dict)] if errors else []
        first = listed[0] if listed else said
        place = first.get("location")
        place = place if isinstance(place, dict) else {}
        message = " ".join(f"{first.get('code')}: {first.get('message')}".split())
        return RefusedError(message, place.get("file"), place.get("row"))


def _reason(error: BaseException) -> str:
    """Return the words of the system for why a connection failed."""
    while error.__context__ is not None:
        error = error.__context__
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"no TLS: {error.reason or error}"
    return getattr(error, "strerror", None) or "the connection broke off"
