"""What an unknown value could turn out to be, as far as a policy could tell the difference."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jurat.languages.contract import Constants
from jurat.model import ABSENT, Path, Unknown, Value
from jurat.model.reads import Touch

OPAQUE = "\u27e8unknown\u27e9"
# A secret that is not known now is supplied at deployment: whatever it is, it is no literal.
SUPPLIED = "{{resolve:secretsmanager:supplied-at-deployment}}"
_ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
_NOBODY = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
_OPEN_RULE = {
    "IpProtocol": "-1",
    "FromPort": 0,
    "ToPort": 65535,
    "CidrIp": "0.0.0.0/0",
    "CidrIpv6": "::/0",
}
_SHUT_RULE = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "10.0.0.1/32"}
_FIXED = {"StringEquals": {"aws:PrincipalOrgID": "o-0000000000"}}
_LONGEST_WORD = 24
_MOST_WORDS = 24
_DOCUMENTS: tuple[Value, ...] = (
    {"Statement": [_ANYONE]},
    {"Statement": [_NOBODY]},
    {"Statement": []},
)

# The weakest and the strictest value of properties whose meaning is computed, so that no literal of
# the policy marks the boundary. Keys are property names; ``name[]`` is an element of that list.
_EXTREMES: dict[str, tuple[Value, ...]] = {
    "AccessPolicies": _DOCUMENTS,
    "AccessPolicy": _DOCUMENTS,
    "Action": ("*", "iam:*", "none:None"),
    "Action[]": ("*", "iam:*", "none:None"),
    "AssumeRolePolicyDocument": _DOCUMENTS,
    "AddressDefinition": ("0.0.0.0/0", "10.0.0.1/32"),
    "AWS": ("*", "arn:aws:iam::000000000000:root"),
    "AWS[]": ("*", "arn:aws:iam::000000000000:root"),
    "CidrIp": ("0.0.0.0/0", "10.0.0.1/32"),
    "CidrIpv6": ("::/0", "fd00::1/128"),
    "Condition": (ABSENT, _FIXED, {"Bool": {"aws:SecureTransport": "false"}}),
    "Effect": ("Allow", "Deny"),
    "FileSystemPolicy": _DOCUMENTS,
    "KeyPolicy": _DOCUMENTS,
    "MinimumProtocolVersion": ("SSLv3", "TLSv1", "TLSv1.2_2021"),
    "NotAction": (ABSENT, "none:None", "*"),
    "NotResource": (ABSENT, "arn:aws:s3:::none", "*"),
    "PolicyDocument": _DOCUMENTS,
    "Principal": ("*", {"AWS": "arn:aws:iam::000000000000:root"}),
    "RepositoryPolicyText": _DOCUMENTS,
    "Resource": ("*", "arn:aws:s3:::none"),
    "Resource[]": ("*", "arn:aws:s3:::none"),
    "ResourcePolicy": _DOCUMENTS,
    "SecurityGroupEgress": ([], [_OPEN_RULE], [_SHUT_RULE]),
    "SecurityGroupEgress[]": (_OPEN_RULE, _SHUT_RULE),
    "SecurityGroupIngress": ([], [_OPEN_RULE], [_SHUT_RULE]),
    "SecurityGroupIngress[]": (_OPEN_RULE, _SHUT_RULE),
    "UserData": ("export DB_PASSWORD=literal-secret", "#!/bin/sh"),
    "SecurityPolicy": ("TLS_1_0", "TLS_1_2"),
    "SslPolicy": ("ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS13-1-3-2021-06"),
    "Statement": ([], [_ANYONE], [_NOBODY]),
    "Statement[]": (_ANYONE, _NOBODY),
}

# These words mean something else outside of policy statements.
_WORDS = {
    "AWS",
    "Action",
    "Condition",
    "Effect",
    "NotAction",
    "NotResource",
    "Principal",
    "Resource",
}
_IN_STATEMENTS = _WORDS | {f"{name}[]" for name in _WORDS}


@dataclass(frozen=True, slots=True)
class Candidates:
    """Values to try, and which agreement on them is evidence.

    Examples of a whole structure can show that something fails whatever stands there, never that
    all is well: no example holds everything a policy may look for.
    """

    values: tuple[Value, ...]
    proves_pass: bool
    proves_fail: bool


def candidates(
    path: Path, unknown: Unknown, touch: Touch, constants: Constants, *, blurred: bool
) -> Candidates:
    """Return what ``unknown`` at ``path`` may become for a policy with these ``constants``.

    Among the constants may be what else is known in the document: a policy may compare with that.
    """
    if unknown.oneof:
        return _choices(path, unknown, touch, constants, blurred=blurred)
    if unknown.parts:
        return _texts(path, unknown, constants)
    if unknown.sensitive and unknown.kind in {None, "string"} and touch is Touch.WHOLE:
        return _proof((SUPPLIED,), proves=True)
    if unknown.kind == "boolean":
        return _proof((True, False, ABSENT), proves=True)
    extremes = _extremes(path)
    structure = touch is Touch.INTO or unknown.kind in {"array", "object"} or path[-1:] == ("Tags",)
    if any(isinstance(value, dict | list) for value in extremes):
        # Conditions are too many kinds for examples: they may loosen a statement or tighten it.
        conditional = "Condition" in path
        return Candidates(
            (ABSENT, *extremes),
            proves_pass=not structure and not conditional,
            proves_fail=not conditional,
        )
    if extremes and _is_in_statement(path):
        return _proof((ABSENT, *extremes), proves=True)
    if extremes:
        return _proof((*extremes, *_scalars(path, constants)), proves=not blurred)
    if structure:
        return _proof((ABSENT, [], {}), proves=False)
    return _proof(tuple(_scalars(path, constants)), proves=not blurred)


def _choices(
    path: Path, unknown: Unknown, touch: Touch, constants: Constants, *, blurred: bool
) -> Candidates:
    """Return the possible values; one that is itself unknown gives its own candidates."""
    parts = [
        candidates(path, choice, touch, constants, blurred=blurred)
        if isinstance(choice, Unknown)
        else _proof((choice,), proves=True)
        for choice in unknown.oneof
    ]
    return together(parts)


def together(parts: Sequence[Candidates]) -> Candidates:
    """Return the candidates of several unknowns that stand in one place."""
    return Candidates(
        tuple(value for part in parts for value in part.values),
        proves_pass=all(part.proves_pass for part in parts),
        proves_fail=all(part.proves_fail for part in parts),
    )


def _proof(values: tuple[Value, ...], *, proves: bool) -> Candidates:
    return Candidates(values, proves_pass=proves, proves_fail=proves)


def _extremes(path: Path) -> tuple[Value, ...]:
    """Return the weakest and strictest values of the property a path ends in."""
    names = [step for step in path if isinstance(step, str)]
    name = (names[-1] if names else "") + ("[]" if path and isinstance(path[-1], int) else "")
    if name in _IN_STATEMENTS and not _is_in_statement(path):
        return ()
    return _EXTREMES.get(name, ())


def _texts(path: Path, unknown: Unknown, constants: Constants) -> Candidates:
    """Fill the holes of a partly known text: with nothing, a wildcard, any text, what would fit.

    Without holes the text is known but for names of resources. With them, what fails whatever
    stands there fails; what passes may only have met no text that does not.
    """
    holes = any(isinstance(part, Unknown) for part in unknown.parts)
    extremes = _extremes(path)
    if holes and extremes and not _is_in_statement(path):
        fitting = [v for v in extremes if isinstance(v, str) and _fits(v, unknown.parts)]
        return Candidates(tuple(fitting) or (OPAQUE,), proves_pass=False, proves_fail=bool(fitting))
    words = [text for text in constants.strings if text.isalnum() and len(text) <= _LONGEST_WORD]
    fillers = [OPAQUE, "*", "", *words[-_MOST_WORDS:]] if holes else [""]
    filled = [Unknown(unknown.why, parts=(*unknown.parts, filler)) for filler in fillers]
    fitting = [text for text in constants.strings if holes and _fits(text, unknown.parts)]
    proves = not holes or bool(extremes)
    return Candidates((*filled, *fitting), proves_pass=proves, proves_fail=True)


def _is_in_statement(path: Path) -> bool:
    return "Statement" in path


def _fits(text: str, parts: tuple[Value, ...]) -> bool:
    """Tell whether a constant could be the whole of a partly known text."""
    pattern = "".join(re.escape(part) if isinstance(part, str) else ".*" for part in parts)
    return re.fullmatch(pattern, text, re.DOTALL) is not None


def _scalars(path: Path, constants: Constants) -> Iterator[Value]:
    yield ABSENT
    # A text of its own for each leaf: two unknowns are not equal by accident.
    yield f"{OPAQUE}{'.'.join(map(str, path))}"
    yield True
    yield False
    is_name = str(path[-1:] and path[-1]).endswith("Name")
    for text in constants.strings:
        if " " not in text and "\n" not in text:
            yield text
            yield f"{text}{OPAQUE}"
            if is_name and text.isalnum():
                yield f"{OPAQUE}-{text}-{OPAQUE}"  # a word of a name
    yield from constants.known
    for number in constants.numbers:
        yield from (number - 1, number, number + 1)
