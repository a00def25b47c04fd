"""``jurat check --rego-engine opa`` as its users see it."""

import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.languages.conftest import Foreign, WrittenPolicy

TEMPLATE = {
    "Resources": {
        "Plain": {"Type": "AWS::S3::Bucket", "Properties": {}},
        "Looping": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "loop"}},
    }
}
LOOPS = """deny contains {"message": "m", "at": []} if {
	input.resource.properties.BucketName == "loop"
	xs := numbers.range(1, 3000)
	some a in xs
	some b in xs
	some c in xs
	a + b + c == 0
}

deny contains {"message": "no name", "at": []} if {
	not input.resource.properties.BucketName
}
"""


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture
def template(tmp_path: Path) -> str:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(TEMPLATE))
    return str(file)


def started(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "jurat", "check", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], "PYTHONWARNINGS": "error", **environment},
    )


def check(*arguments: str, **environment: str) -> Ran:
    with started(*arguments, **environment) as process:
        out, err = process.communicate(timeout=120)
    return Ran(process.returncode, out, err)


def running(program: Path) -> bool:
    """Tell whether a server of this program runs, or its keeper."""
    command = ["pgrep", "-f", f"{program} run --server"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_result_differs_in_the_name_of_the_engine_only(opa_program: str, root: Path) -> None:
    assert opa_program
    plan = str(root / "fixtures" / "estates" / "meridian" / "plan.json")
    options = ("-f", "json", "--policy", "s3/", "--policy", "net/", "--framework", "gdpr")
    one = check(plan, *options)
    other = check(plan, *options, "--rego-engine", "opa")
    assert one.status == other.status == 1
    engines = [json.loads(ran.out)["jurat"]["engines"]["rego"] for ran in (one, other)]
    assert re.fullmatch(r"regorus 0\.13\.\d+", engines[0])
    assert re.fullmatch(r"opa \d+\.\d+\.\d+", engines[1])
    assert one.out.replace(engines[0], engines[1]) == other.out


def test_a_hung_policy_is_an_error_and_the_run_goes_on(
    opa_program: str, write: WrittenPolicy, template: str, tmp_path: Path
) -> None:
    assert opa_program
    policy = write(LOOPS)
    ran = check(
        *(template, "--pack", str(tmp_path), "--policy", policy.id, "-f", "json"),
        *("--rego-engine", "opa", "--timeout", "2"),
    )
    assert ran.status == 1, ran.err
    found = {f["resource"]["address"]: f for f in json.loads(ran.out)["findings"]}
    assert found["Plain"]["message"] == "no name"
    assert found["Looping"]["verdict"] == "error"
    assert found["Looping"]["message"] == f"{policy.file}: the policy did not finish within 2 s"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_behind_whatever_ends_the_run(
    opa_program: str, write: WrittenPolicy, template: str, tmp_path: Path, number: int
) -> None:
    program = tmp_path / "bin" / "opa"  # a path of its own, to tell its processes from others
    program.parent.mkdir()
    program.symlink_to(opa_program)
    options = ("--pack", str(tmp_path), "--policy", write(LOOPS).id, "--rego-engine", "opa")
    with started(template, *options, "--timeout", "60", PATH=str(program.parent)) as process:
        _wait_until(lambda: running(program))
        process.send_signal(number)
        process.communicate(timeout=30)
    assert process.returncode != 0
    _wait_until(lambda: not running(program))


def _wait_until(done: Any) -> None:
    end = time.monotonic() + 15
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_policy_that_opa_refuses_stops_the_run(
    opa_program: str, write: WrittenPolicy, template: str, tmp_path: Path
) -> None:
    assert opa_program
    policy = write('deny contains {"message": "m"} if count(5) > 1')
    ran = check(
        *(template, "--pack", str(tmp_path), "--policy", policy.id, "--rego-engine", "opa"),
    )
    assert (ran.status, ran.out) == (2, "")
    expected = f"jurat: {policy.file}:11: rego_type_error: count: invalid argument(s)\n"
    assert ran.err == expected


def test_a_server_at_a_url(foreign: Foreign, template: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{foreign.token}\n")
    arguments = (
        *(template, "--policy", "s3/bucket_public_access_block", "-f", "json"),
        *("--rego-engine", "opa", "--opa-url", foreign.url, "--opa-ca", foreign.ca),
    )
    by_file = check(*arguments, "--opa-token-file", str(tmp_path / "token"))
    by_variable = check(*arguments, JURAT_OPA_TOKEN=foreign.token)
    assert by_file.status == 1, by_file.err
    assert by_file.out == by_variable.out
    assert json.loads(by_file.out)["jurat"]["engines"]["rego"].startswith("opa ")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"token": "wrong"}, "{url}: the token is not accepted"),
        ({"token": ""}, "{url}: it asks for a token"),
        ({"ca": None}, "{url}: its certificate is not trusted: .+"),
        ({"ca": "template"}, "{template}: holds no certificate in PEM form"),
        ({"ca": "/nowhere"}, "/nowhere: cannot be read: No such file or directory"),
    ],
)
def test_a_server_that_does_not_let_us(
    foreign: Foreign, template: str, changed: Mapping[str, str | None], said: str
) -> None:
    ca = changed.get("ca", foreign.ca)
    options = () if ca is None else ("--opa-ca", template if ca == "template" else ca)
    token = changed.get("token", foreign.token) or ""
    ran = check(
        *(template, "--rego-engine", "opa", "--opa-url", foreign.url, *options),
        JURAT_OPA_TOKEN=token,
    )
    assert (ran.status, ran.out) == (2, "")
    expected = said.format(url=re.escape(foreign.url), template=re.escape(template))
    assert re.fullmatch(rf"jurat: {expected}\n", ran.err), ran.err


ANSWERS = {
    "a page": (200, b"<html>welcome</html>"),
    "a number": (200, b"5"),
    "a result": (200, b'{"result": {"a": 1}}'),
    "an error of its own": (400, b'{"code": "x", "errors": ["y"], "message": [1]}'),
    "another one": (500, b'{"code": 5, "location": 7}'),
    "nothing": (404, b""),
}


@pytest.fixture(params=ANSWERS)
def no_opa(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server of another kind: it answers everything alike."""
    status, body = ANSWERS[request.param]

    class Page(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        do_POST = do_PUT  # noqa: N815 - the name http.server asks for

        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_server_that_is_no_opa(no_opa: str, template: str) -> None:
    ran = check(template, "--rego-engine", "opa", "--opa-url", no_opa)
    assert (ran.status, ran.out) == (2, "")
    assert re.fullmatch(rf"jurat: {no_opa}: .+\n", ran.err), ran.err


@pytest.mark.parametrize("no_opa", ["a page"], indirect=True)
def test_a_server_without_tls(no_opa: str, template: str) -> None:
    url = no_opa.replace("http:", "https:")
    ran = check(template, "--rego-engine", "opa", "--opa-url", url)
    assert (ran.status, ran.out) == (2, "")
    assert re.fullmatch(rf"jurat: {url}: no TLS: .+\n", ran.err), ran.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--opa-url", "http://127.0.0.1:1"), "http://127.0.0.1:1: Connection refused"),
        (
            ("--opa-url", "127.0.0.1:8181"),
            "--opa-url 127.0.0.1:8181: the form is https://HOST:PORT",
        ),
        (("--opa-url", "http://h:1/opa"), "--opa-url http://h:1/opa: nothing may follow the port"),
        (("--opa-url", "http://h:x"), "--opa-url: not a URL: .+"),
        (("--opa-url", "https://me:pw@h:1"), "--opa-url: a command line is no place for cred.+"),
        (("--opa-url", "me:pw@h"), "--opa-url: a command line is no place for cred.+"),
        (("--opa-url", "http://h:1", "--opa-token-file", "TOKEN"), ".+: a token needs https"),
        (("--opa-url", "http://h:1", "--opa-token-file", "no"), "no: cannot be read: No such .+"),
        (("--opa-ca", "ca.pem"), "--opa-ca: needs --opa-url"),
        (("--opa-token-file", "TOKEN"), "--opa-token-file: needs --opa-url"),
    ],
)
def test_options_that_cannot_be(
    template: str, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    (tmp_path / "token").write_text("secret")
    options = tuple(str(tmp_path / "token") if o == "TOKEN" else o for o in options)
    ran = check(template, "--rego-engine", "opa", *options)
    assert (ran.status, ran.out) == (2, "")
    assert re.fullmatch(rf"jurat: {said}\n", ran.err), ran.err
    assert "secret" not in ran.err
    assert "pw" not in ran.err


def test_an_option_of_opa_without_opa(template: str) -> None:
    ran = check(template, "--opa-url", "http://127.0.0.1:8181")
    assert (ran.status, ran.err) == (2, "jurat: --opa-url: needs --rego-engine opa\n")


def test_without_opa_on_the_path(template: str, tmp_path: Path) -> None:
    ran = check(template, "--rego-engine", "opa", PATH=str(tmp_path))
    said = "jurat: --rego-engine opa: no `opa` on the search path; see also --opa-url\n"
    assert (ran.status, ran.out, ran.err) == (2, "", said)
