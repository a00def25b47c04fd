"""Encryption of disks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, Path, ResourceView, Subject, Undecided, policy

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
def encryption(subject: Subject) -> Iterator[Failure | Undecided]:
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
        data = properties.get("LaunchTemplateData")
        yield from _machine(subject, data, ("LaunchTemplateData",))
    else:
        yield from _machine(subject, properties, ())


def _machine(subject: Subject, settings: Any, at: Path) -> Iterator[Failure | Undecided]:
    """Judge the disks of an instance or of a launch template."""
    for index, mapping in enumerate(_mappings(settings)):
        if isinstance(mapping, Mapping) and "Ebs" in mapping:
            yield from _disk(subject, mapping["Ebs"], (*at, "BlockDeviceMappings", index, "Ebs"))
    if _has_root(settings) or _root_from_template(subject) or _by_default(subject):
        return
    if _template_is_elsewhere(subject):
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


def _root_from_template(subject: Subject) -> bool:
    """Tell whether the launch template says what the root disk is; there it is judged."""
    return any(
        _has_root(template.properties.get("LaunchTemplateData")) for template in _templates(subject)
    )


def _template_is_elsewhere(subject: Subject) -> bool:
    """Tell whether an instance has a launch template that is not in the input."""
    if subject.resource.type != "AWS::EC2::Instance" or _templates(subject):
        return False
    return "LaunchTemplate" in subject.resource.properties


def _templates(subject: Subject) -> list[ResourceView]:
    return [*subject.related["template_by_id"], *subject.related["template_by_name"]]


def _has_root(settings: Any) -> bool:
    """Tell whether a mapping is about the root disk, which in Terraform needs no name."""
    return any(
        isinstance(mapping, Mapping)
        and "Ebs" in mapping
        and mapping.get("DeviceName") in _ROOT_DEVICES
        for mapping in _mappings(settings)
    )


def _mappings(settings: Any) -> Sequence[Any]:
    mappings = settings.get("BlockDeviceMappings") if isinstance(settings, Mapping) else None
    return mappings if isinstance(mappings, Sequence) and not isinstance(mappings, str) else ()
