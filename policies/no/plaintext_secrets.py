"""Secrets written where everyone who reads the configuration finds them."""

import base64
import binascii
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, NotApplicable, Path, Subject, Undecided, policy

_MOST_USER_DATA = 1 << 20

# Properties that hold nothing but a secret. A star stands for each element of a list.
_SECRETS: dict[str, tuple[str, ...]] = {
    "AWS::AmazonMQ::Broker": ("Users.*.Password",),
    "AWS::DMS::Endpoint": ("Password",),
    "AWS::DocDB::DBCluster": ("MasterUserPassword",),
    "AWS::DocDBElastic::Cluster": ("AdminUserPassword",),
    "AWS::ElastiCache::ReplicationGroup": ("AuthToken",),
    "AWS::ElastiCache::User": ("Passwords.*",),
    "AWS::ElasticLoadBalancingV2::Listener": (
        "DefaultActions.*.AuthenticateOidcConfig.ClientSecret",
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": ("Actions.*.AuthenticateOidcConfig.ClientSecret",),
    "AWS::IAM::User": ("LoginProfile.Password",),
    "AWS::OpenSearchService::Domain": (
        "AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword",
    ),
    "AWS::RDS::DBCluster": ("MasterUserPassword",),
    "AWS::RDS::DBInstance": ("MasterUserPassword",),
    "AWS::Redshift::Cluster": ("MasterUserPassword",),
    "AWS::RedshiftServerless::Namespace": ("AdminUserPassword",),
    "AWS::SecretsManager::Secret": ("SecretString",),
}
# Environments: a mapping, or a list of names with values.
_ENVIRONMENTS: dict[str, tuple[str, ...]] = {
    "AWS::CodeBuild::Project": ("Environment.EnvironmentVariables",),
    "AWS::ECS::TaskDefinition": ("ContainerDefinitions.*.Environment",),
    "AWS::Lambda::Function": ("Environment.Variables",),
    "AWS::SageMaker::Model": ("PrimaryContainer.Environment", "Containers.*.Environment"),
}
_SCRIPTS: dict[str, tuple[str, ...]] = {
    "AWS::AutoScaling::LaunchConfiguration": ("UserData",),
    "AWS::EC2::Instance": ("UserData",),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData.UserData",),
}

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRET = re.compile(
    r"""pass | .*(password|passwd|passphrase|pwd|secrets?|token|apikey|accesskey|privatekey
    |credentials?|creds)""",
    re.VERBOSE,
)
_SECRET_KEYS = {"api", "access", "auth", "private"}
_MAYBE_SECRET = re.compile(r"key|salt|auth|signature|seed|session|cookie|sas")
# Behind a secret word these say that the value is something about the secret.
_ABOUT = re.compile(
    r"""
    age | alg | algorithm | alias | allowed | arn | attribute | audience | backend | bucket |
    budget | cache | claim | class | column | count | days | dir | directory | disabled | driver
    | duration | enabled | endpoint | engine | env | environment | expiration | expires | expiry
    | field | file | filename | folder | format | group | handler | header | host | hours | id |
    ids | interval | issuer | kind | label | length | level | lifetime | limit | location |
    manager | max | method | min | minutes | mode | ms | name | param | parameter | path |
    pattern | period | policy | prefix | provider | queue | ref | region | required | reset |
    role | rotation | scope | seconds | service | size | source | stage | state | status | stdin
    | store | strategy | table | tag | timeout | topic | ttl | type | uri | url | user |
    username | validity | version | window
    """,
    re.VERBOSE,
)
_POINTER = re.compile(
    r"""(arn: | {{ | \$[{(] | ` | ssm: | secretsmanager: | vault: | op:// | file: | s3:// | https?:)
    .* | \$\w+ | (/[\w.-]+){2,}""",
    re.VERBOSE | re.DOTALL,
)
_NO_SECRET = re.compile(r"|true|false|yes|no|null|none|[{\[|>&*]", re.IGNORECASE)
_FORMS = (
    re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),
    re.compile(r"\b(gh[pousr]_\w{30,}|github_pat_\w{20,}|glpat-[\w-]{20,}|hf_[A-Za-z]{30,})"),
    re.compile(r"\b(xox[abprs]-[\w-]{10,}|[sr]k_live_\w{16,}|AIza[\w-]{35})"),
    re.compile(r"\bsk-(?=[\w-]*[0-9])(?=[\w-]*[A-Z])[\w-]{20,}"),
    re.compile(r"[a-z][a-z0-9+.-]{1,30}://[^\s/:@]*:[^\s/@${%<*][^\s/@]*@", re.IGNORECASE),
    re.compile(r"[;?&](password|pwd|token|secret|accountkey|sig)=[^\s;&${%<]", re.IGNORECASE),
)
_TEXT = r"""("[^"\n]*"|'[^'\n]*'|[^\s"']+)"""
_ASSIGNMENTS = (
    re.compile(r"""\b([A-Za-z][\w.-]{0,80})["']?[ \t]*(?::=|[=:](?!=))[ \t]*""" + _TEXT),
    re.compile(r"--([A-Za-z][\w.-]{0,80})[ \t]+" + _TEXT),
)
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_HASH = re.compile(r"[0-9a-f]{40}")


@policy(
    title="No secret literal in variables, templates or user data",
    severity="high",
    applies_to=[
        "AWS::AmazonMQ::Broker",
        "AWS::AutoScaling::LaunchConfiguration",
        "AWS::CodeBuild::Project",
        "AWS::DMS::Endpoint",
        "AWS::DocDB::DBCluster",
        "AWS::DocDBElastic::Cluster",
        "AWS::EC2::Instance",
        "AWS::EC2::LaunchTemplate",
        "AWS::ECS::TaskDefinition",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::User",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::IAM::User",
        "AWS::Lambda::Function",
        "AWS::OpenSearchService::Domain",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
        "AWS::RedshiftServerless::Namespace",
        "AWS::SageMaker::Model",
        "AWS::SSM::Parameter",
        "AWS::SecretsManager::Secret",
    ],
    remediation=(
        "Keep the secret in Secrets Manager and name it: secrets/valueFrom in container "
        "definitions, type SECRETS_MANAGER in CodeBuild, an ARN that the function reads at start. "
        "For databases let the service keep it: manage_master_user_password, "
        "ManageMasterUserPassword; in CloudFormation GenerateSecretString and "
        "{{resolve:secretsmanager:…}}. Then replace the secret: it has been seen."
    ),
    references=[
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html",
    ],
)
def plaintext_secrets(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """Whoever can read the code, the plan, the state or the console can use a secret in it.

    Variables are judged by their name, word by word, and by values in the form of a credential;
    user data by the assignments in it. References to a store (ARN, dynamic reference, path of
    a parameter) are no secrets. A plan that shows only a hash of user data leaves it open.
    """
    kind, properties = subject.resource.type, subject.resource.properties
    if kind == "AWS::SSM::Parameter":
        yield from _parameter(properties)
    if kind == "AWS::IAM::User" and subject.scope.tier != "template":
        yield NotApplicable("only a template can write a user's password")
        return
    for path, value in _found(properties, _SECRETS.get(kind, ())):
        # Digits without quotes are a text to CloudFormation all the same.
        text = str(value) if isinstance(value, str | int | float) else ""
        if text and not text.startswith(("arn:", "{{resolve:")):
            yield Failure("the secret is written as a literal", at=path)
    for path, environment in _found(properties, _ENVIRONMENTS.get(kind, ())):
        for place, name, value in _variables(environment):
            if _is_secret(name, value):
                yield Failure(f"{name} holds a secret as a literal", at=(*path, *place))
    for path, script in _found(properties, _SCRIPTS.get(kind, ())):
        yield from _script(script, path)


def _parameter(parameter: Mapping[str, Any]) -> Iterator[Failure]:
    """Judge an entry of the parameter store: by its type, or by the last part of its name."""
    value = str(parameter.get("Value", ""))
    name = str(parameter.get("Name", "")).rpartition("/")[2]
    if value and parameter.get("Type") == "SecureString":
        yield Failure("the secret is written as a literal", at="Value")
    elif _is_secret(name, value):
        yield Failure("the parameter holds a secret as a literal", at="Value")


def _found(properties: Mapping[str, Any], paths: tuple[str, ...]) -> Iterator[tuple[Path, Any]]:
    for path in paths:
        yield from _walk(properties, path.split("."), ())


def _walk(value: Any, steps: list[str], path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield what stands at a path of names, with positions for stars."""
    if not steps:
        yield path, value
    elif steps[0] == "*":
        for index, item in enumerate(value):
            yield from _walk(item, steps[1:], (*path, index))
    elif isinstance(value, Mapping):
        inner = value.get(steps[0])
        if inner is not None:
            yield from _walk(inner, steps[1:], (*path, steps[0]))


def _variables(environment: Any) -> Iterator[tuple[Path, str, str]]:
    """Yield place, name and text of each variable that is written as plain text."""
    if isinstance(environment, Mapping):
        for name in environment:
            yield (name,), name, str(environment[name])
        return
    for index, variable in enumerate(environment):
        if variable.get("Type", "PLAINTEXT") == "PLAINTEXT":
            name = str(variable.get("Name", ""))
            yield (index, "Value"), name, str(variable.get("Value", ""))


def _is_secret(name: str, value: str) -> bool:
    if any(form.search(value) for form in _FORMS):
        return True
    if _NO_SECRET.fullmatch(value) or _POINTER.fullmatch(value):
        return False
    weight = _weight(name)
    if weight == "secret":
        return not (value.isdigit() and name.lower().endswith("token"))
    return weight == "maybe" and _looks_random(value)


def _weight(name: str) -> str:
    """Tell whether a name means a secret, may mean one, or neither."""
    weight, before = "", ""
    for word in (found.lower() for found in _WORD.findall(name)):
        if _ABOUT.fullmatch(word):
            weight = ""
        elif _SECRET.fullmatch(word) or (word == "key" and before in _SECRET_KEYS):
            weight = "secret"
        elif _MAYBE_SECRET.fullmatch(word) and not weight:
            weight = "maybe"
        before = word
    return weight


def _looks_random(value: str) -> bool:
    """Tell whether a text is long and looks drawn by lot: hexadecimal, or of mixed characters."""
    if re.fullmatch(r"[0-9a-f]{32,}", value, re.IGNORECASE):
        return _entropy(value) > 3.0  # noqa: PLR2004 - bits a character, of 4
    mixed = all(re.search(kind, value) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return bool(re.fullmatch(r"[\w+/=.~-]{20,}", value)) and mixed and _entropy(value) > 3.7  # noqa: PLR2004 - bits a character, of 6


def _entropy(text: str) -> float:
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)


def _script(script: Any, path: Path) -> Iterator[Failure | Undecided]:
    if not isinstance(script, str):
        return
    if _HASH.fullmatch(script):
        yield Undecided("only a hash of the user data is shown", at=path)
        return
    text = _decoded(script)
    if any(form.search(text) for form in _FORMS):
        yield Failure("a text in the form of a credential stands in the user data", at=path)
    code = _COMMENT.sub("", text)
    found = [match for form in _ASSIGNMENTS for match in form.finditer(code)]
    names = {match[1] for match in found if _is_secret(match[1], match[2].strip("\"'"))}
    for name in sorted(names):
        yield Failure(f"{name} is given a literal in the user data", at=path)


def _decoded(script: str) -> str:
    """Return user data as text: plain, or encoded, or compressed and encoded."""
    try:
        data = base64.b64decode("".join(script.split()), validate=True)
        if data.startswith(b"\x1f\x8b"):
            data = zlib.decompressobj(wbits=31).decompress(data, _MOST_USER_DATA)
        return data.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        return script
