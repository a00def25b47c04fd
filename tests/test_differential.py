"""One estate, written three times: what two sources both say is judged alike.

``fixtures/estates/meridian`` holds the same shop as a plan, as a template and as live IAM JSON. A
disagreement is a defect of a reader, a shape table, a policy or the estate, unless it is explained
here by what one of the sources cannot know.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from tests.cli.conftest import Jurat, jurat

from jurat.assess import assess
from jurat.model import Assessment, Finding, Verdict
from jurat.pack import Pack
from jurat.readers import Hints, read
from jurat.testing import fixtures, worst

__all__ = ["jurat"]

ESTATE = "fixtures/estates/meridian"
PLAN, TEMPLATE, LIVE = "plan.json", "template.yaml", "account.json"
HINTS = Hints(account="210987654321", region="eu-central-1")

SAME_TYPE = {"AWS::DynamoDB::GlobalTable": "AWS::DynamoDB::Table"}
"""Types of which CloudFormation has two for one thing."""

NO_PARTNER = {
    (PLAN, "Ext::Bedrock::ModelInvocationLogging", "region"),
    (PLAN, "Ext::EC2::EbsEncryptionByDefault", "region"),
    (PLAN, "Ext::S3::AccountPublicAccessBlock", "account"),
    (PLAN, "AWS::S3::Bucket", "exportsabroad"),
}
"""What the template cannot hold: CloudFormation lacks the type, or a stack has one region only."""

AFTER_APPLY = "the plan refers to the bucket's ARN, and does not show the text around it"
ABROAD = "a stack has one region only, so the bucket in the other one is not in the template"
NO_PASSWORDS = "account details say nothing about passwords"
PASSWORDS = "only a template can hold the password of a user"

EXPLAINED: Mapping[tuple[str, str, str, str], str] = {
    (PLAN, TEMPLATE, "residency/no_replication_out", "customerexports"): ABROAD,
    (PLAN, TEMPLATE, "s3/bucket_policy_deny_insecure_transport", "orderdocumentsaccess"): (
        AFTER_APPLY
    ),
    (PLAN, TEMPLATE, "s3/bucket_policy_deny_non_vpce", "orderdocumentsaccess"): AFTER_APPLY,
    (PLAN, TEMPLATE, "no/plaintext_secrets", "releaserobot"): PASSWORDS,
    (TEMPLATE, LIVE, "no/plaintext_secrets", "releaserobot"): PASSWORDS,
    (PLAN, LIVE, "iam/human_federation", "releaserobot"): NO_PASSWORDS,
    (TEMPLATE, LIVE, "iam/human_federation", "releaserobot"): NO_PASSWORDS,
}
"""Sources, policy and resource on which they differ, and why that is right."""


@dataclass(frozen=True)
class Judged:
    """One source's assessment, and its verdicts by policy, type and name of the resource."""

    assessment: Assessment
    verdicts: Mapping[tuple[str, str, str], Verdict]

    @property
    def resources(self) -> set[tuple[str, str]]:
        return {(kind, name) for _, kind, name in self.verdicts}


@pytest.fixture(scope="module")
def judged(root: Path, pack: Pack) -> Mapping[str, Judged]:
    return {source: judge(root / ESTATE / source, pack) for source in (PLAN, TEMPLATE, LIVE)}


def judge(path: Path, pack: Pack) -> Judged:
    reading = read([str(path)], BytesIO(), HINTS)
    assert not reading.failures
    assessment = assess(reading, pack)
    findings: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in assessment.findings:
        about = finding.subject
        kind = SAME_TYPE.get(about.type, about.type)
        findings[finding.policy, kind, name_of(about.address)].append(finding)
    return Judged(assessment, {key: worst_of(group) for key, group in findings.items()})


def worst_of(findings: Sequence[Finding]) -> Verdict:
    verdict = worst(findings)
    assert verdict is not None
    return verdict


def name_of(address: str) -> str:
    """Return what all sources call a resource.

    ``aws_s3_bucket.audit_logs``, ``AuditLogs`` and ``arn:…/meridian-audit-logs`` are one name.
    """
    own = re.split(r"[./]", address)[-1].removeprefix("meridian-")
    return re.sub(r"[^a-z0-9]", "", own.lower())


def differences(judged: Mapping[str, Judged], one: str, other: str) -> dict[str, str]:
    """Return what two sources judge differently, written for people."""
    first, second = judged[one].verdicts, judged[other].verdicts
    return {
        f"{policy} on {name}": f"{first[policy, kind, name]} / {second[policy, kind, name]}"
        for policy, kind, name in sorted(first.keys() & second.keys())
        if first[policy, kind, name] is not second[policy, kind, name]
        and (one, other, policy, name) not in EXPLAINED
    }


@pytest.mark.parametrize(
    ("one", "other", "least"), [(PLAN, TEMPLATE, 300), (PLAN, LIVE, 100), (TEMPLATE, LIVE, 100)]
)
def test_two_sources_are_judged_alike(
    judged: Mapping[str, Judged], one: str, other: str, least: int
) -> None:
    compared = judged[one].verdicts.keys() & judged[other].verdicts.keys()
    print(f"{one} and {other}: {len(compared)} verdicts compared")  # noqa: T201 - shown by -rP
    assert len(compared) > least
    assert differences(judged, one, other) == {}


def test_few_differences_are_explained_and_each_is_needed(judged: Mapping[str, Judged]) -> None:
    for one, other in {key[:2] for key in EXPLAINED}:
        compared = judged[one].verdicts.keys() & judged[other].verdicts.keys()
        assert sum(key[:2] == (one, other) for key in EXPLAINED) <= 0.05 * len(compared)
        explained = {key[2:] for key in EXPLAINED if key[:2] == (one, other)}
        for policy, kind, name in compared:
            if (policy, name) in explained:
                explained.remove((policy, name))
                key = policy, kind, name
                verdicts = judged[one].verdicts[key], judged[other].verdicts[key]
                # One source says less; two that say something must agree.
                silent = {Verdict.UNKNOWN, Verdict.NOT_APPLICABLE}
                assert sum(verdict in silent for verdict in verdicts) == 1
        assert not explained


def test_every_resource_has_its_partner(judged: Mapping[str, Judged]) -> None:
    alone = {
        (source, *resource)
        for source, other in ((PLAN, TEMPLATE), (TEMPLATE, PLAN), (LIVE, PLAN), (LIVE, TEMPLATE))
        for resource in judged[source].resources - judged[other].resources
    }
    assert alone == NO_PARTNER


@pytest.mark.parametrize("source", [PLAN, TEMPLATE, LIVE])
def test_all_of_the_estate_is_covered(judged: Mapping[str, Judged], source: str) -> None:
    assessment = judged[source].assessment
    assert [item.incomplete for item in assessment.inputs] == [None]
    assert not assessment.coverage.uncovered
    assert assessment.coverage.judged == assessment.coverage.resources
    assert Verdict.ERROR not in judged[source].verdicts.values()


def test_every_policy_has_something_to_judge(
    judged: Mapping[str, Judged], root: Path, pack: Pack
) -> None:
    decided = {
        fixture.policy
        for fixture in fixtures(root / "fixtures")
        if fixture.file.name.endswith((".tfplan.json", ".cfn.yaml"))
    }
    met = {
        policy
        for source in (PLAN, TEMPLATE)
        for (policy, _, _), verdict in judged[source].verdicts.items()
        if verdict is not Verdict.NOT_APPLICABLE
    }
    assert decided & {policy.id for policy in pack.policies} - met == set()


def test_most_policies_meet_a_mistake_and_good_practice(
    judged: Mapping[str, Judged], pack: Pack
) -> None:
    by_policy: dict[str, set[Verdict]] = defaultdict(set)
    for each in judged.values():
        for (policy, _, _), verdict in each.verdicts.items():
            by_policy[policy].add(verdict)
    failing = [policy for policy, found in by_policy.items() if Verdict.FAIL in found]
    both = [policy for policy in failing if Verdict.PASS in by_policy[policy]]
    assert len(failing) >= 0.7 * len(pack.policies)
    assert len(both) >= 0.7 * len(pack.policies)


def test_the_command_of_the_readme_fails_and_keeps_the_secret(jurat: Jurat, root: Path) -> None:
    done = jurat("check", ESTATE, cwd=root)
    assert done.status == 1
    assert "s3/bucket_public_access_block" in done.out
    for source in (PLAN, TEMPLATE, LIVE):
        assert f"{ESTATE}/{source}" in done.out
    for source in (PLAN, TEMPLATE):
        assert "winter-sale-2024" in (root / ESTATE / source).read_text()
    assert "winter-sale-2024" not in done.out + done.err
