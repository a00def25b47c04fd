"""Control ids in the forms that people write."""

import pytest

from jurat.model.assessment import Assessment
from jurat.reporters.qualified import controls_of, qualify


@pytest.mark.parametrize(
    ("framework", "control", "expected"),
    [
        ("gdpr", "Art.32(1)(a)", "GDPR:Art.32(1)(a)"),
        ("nis2", "Art.21(2)(h)", "NIS2:21(2)(h)"),
        ("nis2", "IR.9.2(c)(iv)", "NIS2-IR:9.2(c)(iv)"),
        ("nis2", "IR.Art.3", "NIS2-IR:Art.3"),
        ("iso27001-2022", "A.8.12", "ISO27001:2022:A.8.12"),
        ("nist-ai-rmf", "MEASURE 2.7", "NIST-AI-RMF:MEASURE-2.7"),
        ("acme-rules", "Rule 7", "ACME-RULES:Rule-7"),
    ],
)
def test_a_control_is_named_with_its_edition(framework: str, control: str, expected: str) -> None:
    assert qualify(framework, control) == expected


def test_only_controls_that_a_failure_breaks_are_named(rich: Assessment) -> None:
    assert controls_of(rich) == {
        "s3/bucket_public_acl": ("GDPR:Art.32(1)(b)",),
        "s3/bucket_own_key": ("GDPR:Art.32(1)(a)",),
    }
