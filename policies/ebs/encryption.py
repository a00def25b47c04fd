"""Encryption of disks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, NotApplicable, Path, ResourceView, Subject, Undecided, policy

_BY_DEFAULT = "Ext::EC2::EbsEncryptionByDefault"
_TEMPLATE = "AWS::EC2::LaunchTemplate"
_ROOT_DEVICES = (None, "/dev/xvda", "/dev/sda1", "/dev/sda")


@policy(
    title="Disks are encrypted and default encryption is on",
    severity="high",
    quantifier="relation",
    applies_to=[
        "AWS::EC2::Volume",
        "AWS::EC2::Instance",
        "AWS::EC2::LaunchTemplate",
        "Ext::EC2::EbsEncryptionByDefault",
    ],
    related={
        "defaults": {"types": ["Ext::EC2::EbsEncryptionByDefault"]},
        "template_by_id": {
            "types": ["AWS::EC2::LaunchTemplate"],
            "via": "LaunchTemplate.LaunchTemplateId",
        },
        "template_by_name": {
            "types": ["AWS::EC2::LaunchTemplate"],
            "via": "LaunchTemplate.LaunchTemplateName",
        },
    },
    remediation=(
        "Encrypt each disk: encrypted of aws_ebs_volume and of every block device in Terraform, "
        "Encrypted of AWS::EC2::Volume and of Ebs in BlockDeviceMappings in CloudFormation. Turn "
        "on aws_ebs_encryption_by_default for the region, so that none is forgotten."
    ),
    references=["https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html"],
)
def encryption(subject: Subject) -> Iterator[Failure | Undecided | NotApplicable]:
    """An unencrypted disk can be read from its snapshots and by whoever gets hold of the medium.

    Where nothing is written, the region's encryption by default decides, if the input shows it; a
    disk made from a snapshot is else encrypted as that is. The root disk comes with the image and
    counts as unencrypted unless something says otherwise: the instance, its launch template or
    the default.
    """
    kind, properties = subject.resource.type, subject.resource.properties
    if kind == _BY_DEFAULT:
        if properties.get("Enabled") is not True:
            yield Failure("encryption by default is off", at=("Enabled",))
    elif kind == "AWS::EC2::Volume":
        yield from _disk(subject, properties, ())
    elif kind == _TEMPLATE:
        yield from _machine(subject, _launch_data(subject.resource), ("LaunchTemplateData",))
    else:
        yield from _machine(subject, properties, ())


def _machine(
    subject: Subject, settings: Any, at: Path
) -> Iterator[Failure | Undecided | NotApplicable]:
    """Judge the disks of an instance or of a launch template."""
    for index, mapping in enumerate(_mappings(settings)):
        if isinstance(mapping, Mapping) and "Ebs" in mapping:
            yield from _disk(subject, mapping["Ebs"], (*at, "BlockDeviceMappings", index, "Ebs"))
    if list(_roots(settings)) or _by_default(subject):
        return
    given = [root for each in _templates(subject) for root in _roots(_launch_data(each))]
    if given and all(root.get("Encrypted") is True for root in given):
        return
    if given:
        reason = "its launch template describes the root disk and is judged instead"
        yield NotApplicable(reason, at=("LaunchTemplate",))
    elif _template_is_elsewhere(subject):
        yield Undecided("its launch template is not in the input", at=("LaunchTemplate",))
    else:
        yield Failure("the root disk is not declared encrypted", at=(*at, "BlockDeviceMappings"))


def _disk(subject: Subject, disk: Any, at: Path) -> Iterator[Failure | Undecided]:
    settings = disk if isinstance(disk, Mapping) else {}
    encrypted = settings.get("Encrypted")
    if encrypted is True or (encrypted is None and _by_default(subject)):
        return
    if encrypted is not None:
        yield Failure("the disk is not encrypted", at=(*at, "Encrypted"))
    elif settings.get("SnapshotId"):
        yield Undecided("the disk is encrypted as its snapshot is", at=(*at, "Encrypted"))
    else:
        yield Failure("the disk is not declared encrypted", at=(*at, "Encrypted"))


def _by_default(subject: Subject) -> bool:
    """Tell whether the disk's region encrypts by default; that is set region by region."""
    return any(
        setting.properties.get("Enabled") is True
        and setting.scope.region == subject.resource.scope.region
        for setting in subject.related["defaults"]
    )


def _template_is_elsewhere(subject: Subject) -> bool:
    """Tell whether an instance has a launch template that is not in the input."""
    if subject.resource.type != "AWS::EC2::Instance" or _templates(subject):
        return False
    return "LaunchTemplate" in subject.resource.properties


def _templates(subject: Subject) -> list[ResourceView]:
    return [*subject.related["template_by_id"], *subject.related["template_by_name"]]


def _launch_data(template: ResourceView) -> Any:
    return template.properties.get("LaunchTemplateData")


def _roots(settings: Any) -> Iterator[Mapping[str, Any]]:
    """Yield what is said of the root disk, which in Terraform needs no name."""
    for mapping in _mappings(settings):
        disk = mapping.get("Ebs") if isinstance(mapping, Mapping) else None
        if isinstance(disk, Mapping) and mapping.get("DeviceName") in _ROOT_DEVICES:
            yield disk


def _mappings(settings: Any) -> Sequence[Any]:
    mappings = settings.get("BlockDeviceMappings") if isinstance(settings, Mapping) else None
    return mappings if isinstance(mappings, Sequence) and not isinstance(mappings, str) else ()
