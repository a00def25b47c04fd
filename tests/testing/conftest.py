"""A small pack: one policy of each language, with fixtures that keep their promises."""

from pathlib import Path

import pytest
from tests.cli.conftest import jurat

__all__ = ["jurat"]

NAMED = """# METADATA
# title: Buckets have a name of their own
# description: A bucket without a name gets one that nobody can guess or find again.
# custom:
#   severity: low
#   applies_to: ["AWS::S3::Bucket"]
#   params: {prefix: tmp-}
#   remediation: Set BucketName.
package jurat.policies.own.named

deny contains {"message": "the bucket has no name", "at": ["BucketName"]} if {
	not input.resource.properties.BucketName
}

deny contains {"message": sprintf("the name begins with %s", [input.params.prefix]), "at": []} if {
	startswith(input.resource.properties.BucketName, input.params.prefix)
}
"""
KEYED = '''"""Keys of buckets."""

from collections.abc import Iterator

from jurat.policy import Failure, Subject, policy


@policy(
    title="Buckets are encrypted",
    severity="high",
    applies_to=["AWS::S3::Bucket"],
    related={"keys": {"types": ["AWS::KMS::Key"]}},
    params={"algorithms": ["aws:kms"]},
    remediation="Set BucketEncryption.",
)
def keyed(subject: Subject) -> Iterator[Failure]:
    """Data at rest are of no use without the key."""
    properties = subject.resource.properties
    rules = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
    if not rules:
        yield Failure("nothing is encrypted", at="BucketEncryption")
    for number, rule in enumerate(rules):
        found = rule.get("ServerSideEncryptionByDefault", {}).get("SSEAlgorithm")
        if found not in subject.params["algorithms"]:
            yield Failure(f"rule {number} has another algorithm", at="BucketEncryption")
'''


def bucket(**properties: str) -> str:
    lines = ["Resources:", "  Bucket:", "    Type: AWS::S3::Bucket", "    Properties:"]
    return "\n".join([*lines, *(f"      {key}: {value}" for key, value in properties.items())])


def encrypted(algorithm: str) -> str:
    default = f"{{ServerSideEncryptionByDefault: {{SSEAlgorithm: {algorithm}}}}}"
    return bucket(BucketEncryption=f"{{ServerSideEncryptionConfiguration: [{default}]}}")


def write(root: Path, name: str, text: str) -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return the folder of the pack."""
    root = tmp_path / "own-pack"
    write(root, "policies/own/named.rego", NAMED)
    write(root, "policies/own/keyed.py", KEYED)
    home = root / "fixtures" / "own"
    write(home, "named/pass-named.cfn.yaml", bucket(BucketName="orders"))
    write(home, "named/fail-nameless.cfn.yaml", bucket(Tags="[]"))
    write(home, "named/unknown-open.cfn.yaml", f"{OPEN}{bucket(BucketName='{Ref: Name}')}")
    write(home, "keyed/pass-kms.cfn.yaml", encrypted("aws:kms"))
    write(home, "keyed/fail-other.cfn.yaml", encrypted("AES256"))
    return root


OPEN = "Parameters: {Name: {Type: String}}\n"
