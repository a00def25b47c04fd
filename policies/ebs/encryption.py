"""Encryption of disks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, Path, Subject, policy

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
def encryption(subject: Subject) -> Iterator[Failure]:
    """An unencrypted disk can be read from its snapshots and by whoever gets hold of the medium.

    Where nothing is written, the region's encryption by default decides, if the input shows it.
    The root disk comes with the image and is as unencrypted as that, unless something says
    otherwise: the instance, its launch template or the default.
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


def _machine(subject: Subject, settings: Any, at: Path) -> Iterator[Failure]:
    """Judge the disks of an instance or of a launch template."""
    for index, mapping in enumerate(_mappings(settings)):
        if isinstance(mapping, Mapping) and "Ebs" in mapping:
            yield from _disk(subject, mapping["Ebs"], (*at, "BlockDeviceMappings", index, "Ebs"))
    if not _has_root(settings) and not _root_from_template(subject) and not _by_default(subject):
        yield Failure("the root disk is not declared encrypted", at=(*at, "BlockDeviceMappings"))


def _disk(subject: Subject, disk: Any, at: Path) -> Iterator[Failure]:
    encrypted = disk.get("Encrypted") if isinstance(disk, Mapping) else None
    if encrypted is None:
        if not _by_default(subject):
            yield Failure("the disk is not declared encrypted", at=(*at, "Encrypted"))
    elif encrypted is not True:
        yield Failure("the disk is not encrypted", at=(*at, "Encrypted"))


def _by_default(subject: Subject) -> bool:
    """Tell whether the disk's region encrypts by default; that is set region by region."""
    return any(
        setting.properties.get("Enabled") is True
        and setting.scope.region == subject.resource.scope.region
        for setting in subject.related["defaults"]
    )


def _root_from_template(subject: Subject) -> bool:
    """Tell whether the launch template says what the root disk is; there it is judged."""
    if subject.resource.type == _TEMPLATE:
        return False
    return any(
        _has_root(template.properties.get("LaunchTemplateData"))
        for name in ("template_by_id", "template_by_name")
        for template in subject.related[name]
    )


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
