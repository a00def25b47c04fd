"""Assessments to report on."""

from dataclasses import replace

import pytest

from jurat.model.assessment import Assessment, Coverage, Edition, Failure, TypeCoverage
from jurat.model.control import (
    Attested,
    Control,
    ControlResult,
    Evidence,
    Framework,
    FrameworkResult,
    Link,
    LinkResult,
    Numbers,
    Outcome,
    PolicyResult,
    Relationship,
    Role,
    Status,
    Technical,
)
from jurat.model.finding import Finding, Gap, Read, Subject, Verdict, WaiverMark
from jurat.model.policy import Policy, Severity
from jurat.model.resource import Input, Location, Note, Scope, Tier, Uncovered

FIX = "Remove `AccessControl` and turn on the public access block."

POLICIES = (
    Policy(
        id="s3/bucket_public_acl",
        title="S3 buckets must not be public through their ACL",
        description="A public ACL lets anyone list or read the bucket.",
        severity=Severity.CRITICAL,
        applies_to=("AWS::S3::Bucket",),
        remediation=FIX,
        references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",),
    ),
    Policy(
        id="s3/bucket_own_key",
        title="S3 buckets must be encrypted with a key of our own",
        description="",
        severity=Severity.HIGH,
        applies_to=("AWS::S3::Bucket",),
        remediation="Name a customer managed key.",
    ),
    Policy(
        id="ec2/group_open_ssh",
        title="Security groups must not open SSH to the world",
        description="Port 22 is scanned all day.",
        severity=Severity.HIGH,
        applies_to=("AWS::EC2::SecurityGroup",),
        remediation="Allow the addresses of the bastion only.",
    ),
)

LOGS = Subject(
    address="aws_s3_bucket.logs",
    type="AWS::S3::Bucket",
    scope=Scope("123456789012", "eu-central-1", "aws", Tier.PLAN),
    file="plan.json",
    location=Location("main.tf", 12),
    change="create",
)
DATA = replace(
    LOGS, address='module.shop["eu"].aws_s3_bucket.data', location=Location("shop/main.tf", 3)
)
WEB = Subject(
    address="WebGroup",
    type="AWS::EC2::SecurityGroup",
    scope=Scope(tier=Tier.TEMPLATE),
    file="stack.yaml",
)


def fail(subject: Subject = LOGS) -> Finding:
    return Finding(
        policy="s3/bucket_public_acl",
        verdict=Verdict.FAIL,
        severity=Severity.CRITICAL,
        subject=subject,
        message="the ACL grants access to everyone",
        at="AccessControl",
        location=Location("main.tf", 30, 3),
        reads=(
            Read(
                "AccessControl",
                "known",
                "PublicRead",
                "aws_s3_bucket_acl.logs: acl",
                Location("main.tf", 30),
            ),
            Read("PublicAccessBlockConfiguration", "absent"),
        ),
        remediation=FIX,
        fingerprint="8f3a5b",
    )


def findings() -> tuple[Finding, ...]:
    ssh = Finding(
        policy="ec2/group_open_ssh",
        verdict=Verdict.FAIL,
        severity=Severity.HIGH,
        subject=WEB,
        message="opens port 22 to 0.0.0.0/0",
        at="SecurityGroupIngress[0].CidrIp",
        reads=(Read("SecurityGroupIngress[0].CidrIp", "default", "0.0.0.0/0"),),
        remediation="Allow the addresses of the bastion only.",
        fingerprint="1c2d3e",
        engine="python",
    )
    unknown = Finding(
        policy="s3/bucket_own_key",
        verdict=Verdict.UNKNOWN,
        severity=Severity.HIGH,
        subject=LOGS,
        message="not decided",
        reads=(Read("KmsKey", "unknown", {"$unknown": "known after apply"}),),
        gaps=(Gap("KmsKey", "known after apply (aws_kms_key.logs.arn)"),),
        fingerprint="4e5f6a",
    )
    broken = replace(
        unknown,
        verdict=Verdict.ERROR,
        subject=WEB,
        message="timed out after 5 s",
        gaps=(),
        reads=(),
        fingerprint="7b8c9d",
    )
    waiver = WaiverMark("a public web site", "shop team", "security officer", "2027-01-31")
    waived = replace(fail(DATA), waiver=waiver, fingerprint="aa11bb")
    passed = replace(unknown, verdict=Verdict.PASS, subject=DATA, message="", gaps=())
    skipped = replace(passed, verdict=Verdict.NOT_APPLICABLE, policy="checkov/CKV_AWS_1")
    return (ssh, broken, unknown, passed, fail(), waived, skipped)


def control(framework: str, name: str, title: str = "", *, unit: bool = True) -> Control:
    return Control(
        framework=framework,
        id=name,
        title=title,
        summary="",
        evidence=Evidence.PARTIAL,
        responsibility="customer",
        level="point",
        group="",
        parent=None,
        unit=unit,
    )


def link(policy: str, framework: str, name: str, relationship: Relationship) -> Link:
    role = Role.SUPPORTING if relationship is Relationship.INTERSECTS_WITH else Role.PRIMARY
    return Link(policy, framework, name, relationship, role, "keeps out who has no business there")


def gdpr() -> FrameworkResult:
    acl = link("s3/bucket_public_acl", "gdpr", "Art.32(1)(b)", Relationship.SUBSET_OF)
    ssh = link("ec2/group_open_ssh", "gdpr", "Art.32(1)(b)", Relationship.INTERSECTS_WITH)
    key = link("s3/bucket_own_key", "gdpr", "Art.32(1)(a)", Relationship.EQUAL)
    secrecy = control("gdpr", "Art.32(1)(b)", "Confidentiality of processing")
    encryption = control("gdpr", "Art.32(1)(a)", "Pseudonymisation and encryption")
    record = control("gdpr", "Art.30(1)", "Record of processing")
    failed = ControlResult(
        secrecy,
        Technical.FAIL,
        Attested.MISSING,
        Status.FAIL,
        Outcome.FAIL,
        "design",
        (
            LinkResult(acl, PolicyResult.FAIL, Severity.CRITICAL, findings=2),
            LinkResult(ssh, PolicyResult.FAIL, Severity.HIGH, findings=1),
        ),
        ("s3/bucket_public_acl fails",),
    )
    unevaluated = ControlResult(
        encryption,
        Technical.NOT_EVALUATED,
        Attested.MISSING,
        Status.NOT_EVALUATED,
        Outcome.UNDETERMINED,
        "none",
        (LinkResult(key, PolicyResult.NOT_EVALUATED, Severity.HIGH, "unknown value", 3),),
        ("s3/bucket_own_key is not evaluated: unknown value", "no attestation"),
    )
    attested = ControlResult(
        record,
        Technical.NONE,
        Attested.VALID,
        Status.MANUAL_ATTESTED,
        Outcome.PASS,
        "attested",
    )
    return FrameworkResult(
        Framework(
            "gdpr",
            "GDPR",
            "2016/679",
            "EUR-Lex",
            "reuse",
            draft=True,
            controls=(secrecy, encryption, record),
            links=(acl, ssh, key),
            rollups=(),
        ),
        (failed, unevaluated, attested),
        Numbers(3, 3, 1, 1, 0, 1, 0, 200 / 3, 100 / 3, 200 / 3, 100.0, 0.0, 200 / 3),
    )


def iso() -> FrameworkResult:
    leak = control("iso27001-2022", "A.8.12", "Data leakage prevention")
    excluded = ControlResult(
        leak,
        Technical.NONE,
        Attested.NONE,
        Status.NOT_APPLICABLE,
        Outcome.EXCLUDED,
        "none",
        (),
        ("excluded: no data leaves",),
    )
    return FrameworkResult(
        Framework(
            "iso27001-2022",
            "ISO/IEC 27001:2022",
            "2022",
            "own words",
            "ids and titles",
            draft=False,
            controls=(leak,),
            links=(),
            rollups=(),
        ),
        (excluded,),
        Numbers(1, 0, 0, 0, 0, 0, 1, None, None, None, None, None, 0.0),
    )


@pytest.fixture
def rich() -> Assessment:
    """Every verdict, status and remark at once."""
    return Assessment(
        version="0.1.0",
        packs={"jurat": Edition("0.1.0", "5d" * 32), "acme": Edition(None, "7e" * 32)},
        inputs=(
            Input("plan.json", "terraform-plan", "ab" * 32),
            Input("stack.yaml", "cloudformation", "cd" * 32, "a nested stack was not given"),
        ),
        findings=findings(),
        frameworks=(gdpr(), iso()),
        coverage=Coverage(
            resources=5,
            judged=3,
            types=(
                TypeCoverage("AWS::EC2::SecurityGroup", 1, 1),
                TypeCoverage("AWS::S3::Bucket", 2, 2),
                TypeCoverage("AWS::SNS::Topic", 2, 0),
            ),
            uncovered=(
                Uncovered("plan.json", "aws_foo.a", "aws_foo"),
                Uncovered("plan.json", "aws_foo.b", "aws_foo"),
                Uncovered("plan.json", "aws_s3_bucket.logs", "aws_s3_bucket", "magic"),
            ),
        ),
        policies=POLICIES,
        params={"s3/bucket_own_key": {"aliases": ["alias/shop"]}},
        engines={"rego": "opa 1.22.2"},
        notes=(Note(Location("stack.yaml", 7), "Fn::Transform is not expanded"),),
        errors=(Failure("input", "broken.json: not JSON"),),
    )


@pytest.fixture
def nothing() -> Assessment:
    """A run that judged nothing at all."""
    return Assessment("0.1.0", {}, (), (), (), Coverage(0, 0))


@pytest.fixture
def clean(rich: Assessment) -> Assessment:
    """A run in which everything passed."""
    passes = tuple(f for f in rich.findings if f.verdict is Verdict.PASS)
    coverage = Coverage(1, 1, (TypeCoverage("AWS::S3::Bucket", 1, 1),))
    return replace(
        rich,
        inputs=rich.inputs[:1],
        findings=passes,
        frameworks=(),
        coverage=coverage,
        params={},
        notes=(),
        errors=(),
    )


HOSTILE = (
    "x\x1b]0;owned\x07\x1b[2J\u202egnp.\u2066\x9b31m]]>&<b>\x00\ud800\r\n::error::{0} [a](http://e)"
)


@pytest.fixture
def hostile(rich: Assessment) -> Assessment:
    """Every string that an input can choose tries to break out of the report."""
    subject = Subject(HOSTILE, HOSTILE, Scope(HOSTILE, HOSTILE), HOSTILE, Location(HOSTILE, 1))
    attack = Finding(
        policy=HOSTILE,
        verdict=Verdict.FAIL,
        severity=Severity.LOW,
        subject=subject,
        message=HOSTILE + "y" * 100_000,
        at=HOSTILE,
        reads=(Read(HOSTILE, "known", {HOSTILE: [HOSTILE] * 1000}, HOSTILE, Location(HOSTILE)),),
        remediation=HOSTILE,
    )
    variants = tuple(
        replace(attack, verdict=verdict, gaps=(Gap(HOSTILE, HOSTILE),)) for verdict in Verdict
    )
    waiver = WaiverMark(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    return replace(
        rich,
        version=HOSTILE,
        packs={HOSTILE: Edition(HOSTILE, HOSTILE)},
        inputs=(Input(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        findings=(*variants, replace(attack, waiver=waiver)),
        coverage=Coverage(1, 1, (), (Uncovered(HOSTILE, HOSTILE, HOSTILE, HOSTILE),)),
        params={HOSTILE: HOSTILE},
        notes=(Note(Location(HOSTILE), HOSTILE),),
        errors=(Failure(HOSTILE, HOSTILE),),
    )
