"""The recorder of AWS Config."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jurat.policy import Failure, Subject, policy


@policy(
    title="AWS Config records all supported types in every used region",
    severity="high",
    quantifier="exists-region",
    applies_to=["AWS::Config::ConfigurationRecorder"],
    related={"recorders": {"types": ["AWS::Config::ConfigurationRecorder"]}},
    params={"may_exclude": ["AWS::Config::ResourceCompliance"]},
    remediation=(
        "Record everything and switch the recorder on: recording_group with all_supported and, in "
        "one region, include_global_resource_types, and "
        "aws_config_configuration_recorder_status in Terraform; RecordingGroup with AllSupported "
        "and IncludeGlobalResourceTypes in CloudFormation. It needs a delivery channel to start."
    ),
    references=[
        "https://docs.aws.amazon.com/config/latest/developerguide/select-resources.html",
        "https://docs.aws.amazon.com/config/latest/developerguide/manage-delivery-channel.html",
    ],
)
def config_recorder(subject: Subject) -> Iterator[Failure]:
    """An inventory that knows some types only is silent about the store that leaks.

    The global types, those of IAM, need to be recorded in one region, whichever it is. A recorder
    that is not started records nothing. AWS starts none without a delivery channel, and keeps the
    channel while one runs, so channels are not looked for.
    """
    recorder = subject.resource.properties
    if recorder.get("Recording") is not True:
        yield Failure("the recorder is not started", at=("Recording",))
    yield from _selection(subject, recorder)


def _selection(subject: Subject, recorder: Mapping[str, Any]) -> Iterator[Failure]:
    if _strategy(recorder) == "EXCLUSION_BY_RESOURCE_TYPES":
        if any(kind not in subject.params["may_exclude"] for kind in _excluded(recorder)):
            at = ("RecordingGroup", "ExclusionByResourceTypes", "ResourceTypes")
            yield Failure("resource types are excluded", at=at)
    elif _strategy(recorder) != "ALL_SUPPORTED_RESOURCE_TYPES":
        message = "only listed resource types are recorded"
        yield Failure(message, at=("RecordingGroup", "AllSupported"))
    elif not _is_global(recorder) and not any(
        _is_global(other.properties) for other in subject.related["recorders"]
    ):
        message = "no recorder takes the global resource types"
        yield Failure(message, at=("RecordingGroup", "IncludeGlobalResourceTypes"))


def _strategy(recorder: Mapping[str, Any]) -> Any:
    """Return what the recorder selects by; the older spelling is a switch."""
    group = _part(recorder, "RecordingGroup")
    stated = _part(group, "RecordingStrategy").get("UseOnly")
    if stated is None and group.get("AllSupported") is True:
        return "ALL_SUPPORTED_RESOURCE_TYPES"
    return stated


def _is_global(recorder: Mapping[str, Any]) -> bool:
    """Tell whether a recorder takes the types of IAM; exclusions name what they leave out."""
    if _strategy(recorder) == "EXCLUSION_BY_RESOURCE_TYPES":
        return not any(str(kind).startswith("AWS::IAM::") for kind in _excluded(recorder))
    switch = _part(recorder, "RecordingGroup").get("IncludeGlobalResourceTypes") is True
    return switch and _strategy(recorder) == "ALL_SUPPORTED_RESOURCE_TYPES"


def _excluded(recorder: Mapping[str, Any]) -> Sequence[Any]:
    group = _part(recorder, "RecordingGroup")
    kinds = _part(group, "ExclusionByResourceTypes").get("ResourceTypes")
    return kinds if isinstance(kinds, Sequence) and not isinstance(kinds, str) else ()


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    return part if isinstance(part, Mapping) else {}
