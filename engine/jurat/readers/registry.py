"""Which format an input has, told by its content."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from jurat.errors import InputError
from jurat.readers.jsontext import decode_text, parse_json, parse_json_pages
from jurat.readers.source import Source


class Format(StrEnum):
    """The formats that can be read."""

    TERRAFORM_PLAN = "terraform-plan"
    CLOUDFORMATION = "cloudformation"
    IAM = "iam"


@dataclass(frozen=True, slots=True)
class Recognised:
    """A source, its format and its parsed JSON; ``document`` is ``None`` if it is YAML text.

    Several JSON documents in one file are a list.
    """

    source: Source
    format: Format
    document: Any = None


class UnrecognisedError(InputError):
    """The input is well-formed, or no text at all, but of no format that can be read."""


class BinaryPlanError(InputError):
    """The input is a plan as Terraform saves it, which only Terraform can read."""


OURS: Final = "Terraform plan, CloudFormation template or IAM document"
NOT_OURS: Final = f"not a {OURS}"

_BRACKET: Final = re.compile(r"\s*[{\[]")
_INDENT: Final = re.compile(r"^( *)(?!---)[^\s#%]", re.MULTILINE)
_TEMPLATE_KEY: Final = r"""["']?(?:AWSTemplateFormatVersion|Resources|Transform)["']?\s*:"""
_TELLTALE: Final = re.compile(
    rb'"(?:resource_changes|planned_values|format_version|(?:Role|User|Group)DetailList'
    rb'|PolicyVersion(?:List)?|AssumeRolePolicyDocument)"\s*:'
    rb"|\b(?:AWSTemplateFormatVersion|Resources|Statement|PolicyDocument)[\"']?\s*:"
)
_IAM_KEYS: Final = frozenset(
    {
        "RoleDetailList",
        "UserDetailList",
        "GroupDetailList",
        "PolicyDocument",
        "AssumeRolePolicyDocument",
    }
)


def recognise(source: Source) -> Recognised:
    """Return a source with its format; raise ``UnrecognisedError`` if it is none of ours."""
    _refuse_archive(source)
    text = decode_text(source)
    if _BRACKET.match(text):
        pages = parse_json_pages(source, text)
        return _recognise_json(source, pages[0] if len(pages) == 1 else pages)
    if _is_yaml_template(text):
        return Recognised(source, Format.CLOUDFORMATION)
    if source.path.lower().endswith(".json"):
        return _recognise_json(source, parse_json(source))
    raise UnrecognisedError(f"{source.path}: {NOT_OURS}")


def resembles(source: Source) -> bool:
    """Tell whether an input that cannot be read may well be one of ours."""
    return _is_binary_plan(source) or bool(_TELLTALE.search(source.data.replace(b"\0", b"")))


def _refuse_archive(source: Source) -> None:
    if _is_binary_plan(source):
        raise BinaryPlanError(
            f"{source.path}: a binary Terraform plan; "
            "run `terraform show -json PLANFILE > plan.json` and give plan.json"
        )
    if _is_archive(source):
        raise UnrecognisedError(f"{source.path}: a zip archive, {NOT_OURS}")


def _is_archive(source: Source) -> bool:
    return source.data.startswith(b"PK\x03\x04")


def _is_binary_plan(source: Source) -> bool:
    return _is_archive(source) and b"tfplan" in source.data


def _is_yaml_template(text: str) -> bool:
    """Tell whether a key of a template stands at the outermost level of YAML text."""
    lines = text.replace("\r", "\n")
    first = _INDENT.search(lines)
    return bool(first and re.search(rf"^{first[1]}{_TEMPLATE_KEY}", lines, re.MULTILINE))


def _recognise_json(source: Source, document: Any) -> Recognised:
    if isinstance(document, list):
        return _recognise_list(source, document)
    formats = _formats(document)
    if not formats:
        raise UnrecognisedError(f"{source.path}: {_why_not(document)}")
    if len(formats) > 1:
        raise InputError(f"{source.path}: {' and '.join(formats)} in one document")
    return Recognised(source, formats[0], document)


def _recognise_list(source: Source, documents: list[Any]) -> Recognised:
    formats = [_formats(document) for document in documents]
    if not any(formats):
        raise UnrecognisedError(f"{source.path}: {_why_not(documents)}")
    if any(found != [Format.IAM] for found in formats):
        raise InputError(
            f"{source.path}: several documents; only IAM documents may stand together in a file"
        )
    return Recognised(source, Format.IAM, documents)


def _formats(document: Any) -> list[Format]:
    if not isinstance(document, dict):
        return []
    return [found for found, fits in _FITS.items() if fits(document)]


def _is_plan(document: Mapping[str, Any]) -> bool:
    versions = {"terraform_version", "format_version"}
    return "resource_changes" in document or (
        "planned_values" in document and not versions.isdisjoint(document)
    )


def _is_template(document: Mapping[str, Any]) -> bool:
    return (
        "AWSTemplateFormatVersion" in document
        or _has_resources(document.get("Resources"))
        or _is_transform(document.get("Transform"))
    )


def _has_resources(resources: Any) -> bool:
    return isinstance(resources, dict) and any(_has(item, "Type") for item in resources.values())


def _is_transform(transform: Any) -> bool:
    return isinstance(transform, str | list) or _has(transform, "Name")


def _is_iam(document: Mapping[str, Any]) -> bool:
    return (
        not _IAM_KEYS.isdisjoint(document)
        or _has_versions(document.get("Policies"))
        or _has(document.get("PolicyVersion"), "Document")
        or _has(document.get("Policy"), "Content")
        or (isinstance(document.get("Policy"), str) and "Statement" in document["Policy"])
        or isinstance(document.get("Statement"), dict | list)
        or ("Statement" in document and "Version" in document)
    )


def _has_versions(policies: Any) -> bool:
    return isinstance(policies, list) and any(_has(item, "PolicyVersionList") for item in policies)


def _has(value: Any, key: str) -> bool:
    return isinstance(value, dict) and key in value


_FITS: Final[Mapping[Format, Callable[[Mapping[str, Any]], bool]]] = {
    Format.TERRAFORM_PLAN: _is_plan,
    Format.CLOUDFORMATION: _is_template,
    Format.IAM: _is_iam,
}


def _why_not(document: Any) -> str:
    if document in ({}, []):
        return f"empty JSON, {NOT_OURS}"
    if _has(document, "terraform_version"):
        return (
            "Terraform output but not a plan; run `terraform plan -out PLANFILE` "
            "and `terraform show -json PLANFILE > plan.json`"
        )
    return NOT_OURS
