"""The workspace of people who work on raw data."""

from collections.abc import Iterator, Mapping
from typing import Any

from jurat.policy import Failure, Subject, policy


@policy(
    title="Notebooks have no direct internet, no root and use a customer-managed key",
    severity="high",
    applies_to=["AWS::SageMaker::Domain", "AWS::SageMaker::NotebookInstance"],
    remediation=(
        "Notebook: direct_internet_access and root_access Disabled, kms_key_id and subnet_id of "
        "aws_sagemaker_notebook_instance; DirectInternetAccess, RootAccess, KmsKeyId and SubnetId "
        "in CloudFormation. Domain: app_network_access_type VpcOnly and kms_key_id of "
        "aws_sagemaker_domain; AppNetworkAccessType and KmsKeyId in CloudFormation."
    ),
    references=[
        "https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-connect-to-resources.html",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/onboard-vpc.html",
    ],
)
def notebook_hardening(subject: Subject) -> Iterator[Failure]:
    """People work on raw data in notebooks.

    Direct internet access lets data out past every control of the network, root lets a user
    switch the rest off, and without a key of one's own nobody can take access to a copy away.
    """
    properties = subject.resource.properties
    yield from _key(properties.get("KmsKeyId"))
    if subject.resource.type == "AWS::SageMaker::Domain":
        if properties.get("AppNetworkAccessType") != "VpcOnly":
            yield Failure("applications reach the internet past the VPC", "AppNetworkAccessType")
    else:
        yield from _notebook(properties)


def _notebook(properties: Mapping[str, Any]) -> Iterator[Failure]:
    if properties.get("DirectInternetAccess") != "Disabled":
        yield Failure("the notebook reaches the internet past the VPC", "DirectInternetAccess")
    if properties.get("RootAccess") != "Disabled":
        yield Failure("users of the notebook are root", at="RootAccess")
    if not properties.get("SubnetId"):
        yield Failure("the notebook is in no subnet of a VPC", at="SubnetId")


def _key(key: Any) -> Iterator[Failure]:
    if not key:
        yield Failure("no customer-managed key encrypts the volumes", at="KmsKeyId")
    elif "alias/aws/" in str(key):
        yield Failure("the key is AWS's own, not a customer-managed one", at="KmsKeyId")
