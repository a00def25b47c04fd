"""Rules on what a policy says about itself, by the same schema that the loader has."""

import re
from collections.abc import Iterable

from jurat.errors import PackError
from jurat.languages.metadata import OPTIONAL, REQUIRED, to_policy
from jurat.lint.fault import Fault, Faults, quote
from jurat.lint.source import Source, line_of
from jurat.model.resource import Location
from jurat.scaffold.policy_text import STUBS

_SOUND = {
    "title": "t",
    "description": "d",
    "severity": "low",
    "applies_to": ["*"],
    "remediation": "r",
}
_TYPE = re.compile(r"(AWS|Ext|Alexa|Custom)(::\w+)+|\*")
_ID = re.compile(r"[a-z][a-z0-9_]*/[a-z0-9][a-z0-9_]*")
_HTTPS = re.compile(r"https://[\w.-]+\.\w+(/\S*)?")


def metadata_faults(source: Source) -> Faults:
    """Yield what is wrong with the fields of one policy, whatever else is."""
    for name in REQUIRED:
        computed = name in source.lines and name not in source.fields
        if not source.fields.get(name) and not computed:
            place = source.at(name)
            yield Fault("metadata/missing-field", place, f"metadata lack `{name}`")
    for name, value in source.fields.items():
        if name not in REQUIRED + OPTIONAL:
            message = f"{quote(name)} is no field of the metadata"
            yield Fault("metadata/unknown-field", source.at(name), message)
        elif value or name not in REQUIRED:
            yield from _form(source, name, value)
    yield from _wording(source)
    yield from _references(source)
    yield from _types(source)
    yield from _relations(source)


def _form(source: Source, name: str, value: object) -> Faults:
    """Let the loader's own schema judge one field among sound ones."""
    try:
        to_policy({**_SOUND, name: value}, source.id, "", "")
    except PackError as error:
        message = str(error).removeprefix(": metadata ")
        yield Fault("metadata/invalid-field", source.at(name), message)


def _wording(source: Source) -> Faults:
    title, description = source.fields.get("title"), source.fields.get("description")
    if not isinstance(title, str) or not title.strip():
        return
    if title != title.strip() or title.endswith(".") or title[0].islower() or "\n" in title:
        message = f"the title {quote(title)} is no line with a capital first and no full stop last"
        yield Fault("metadata/title", source.at("title"), message)
    if isinstance(description, str) and 0 < len(description.strip()) <= len(title) / 2:
        message = f"the description {quote(description.strip())} says less than the title"
        yield Fault("metadata/description", source.at("description"), message)


def _references(source: Source) -> Faults:
    place = source.at("references")
    references = source.texts("references")
    if not source.fields.get("references"):
        yield Fault("metadata/no-reference", place, "no documentation is named in `references`")
    for reference in references:
        if not _HTTPS.fullmatch(reference):
            message = f"the reference {quote(reference)} is no https address"
            yield Fault("metadata/reference-url", place, message)


def stub_faults(source: Source) -> Faults:
    """Yield what ``jurat new policy`` wrote for the author to replace, and nobody has."""
    for stub in STUBS:
        offset = source.text.find(stub)
        if offset >= 0:
            place = Location(source.file, line_of(source.text, offset))
            message = f"{quote(stub)} is what a new policy begins with: replace it"
            yield Fault("metadata/stub", place, message)


def _types(source: Source) -> Faults:
    for name, kind in types_of(source):
        if not _TYPE.fullmatch(kind):
            message = f"{quote(kind)} is no type such as AWS::S3::Bucket"
            yield Fault("metadata/type-name", source.at(name), message)


def types_of(source: Source) -> list[tuple[str, str]]:
    """Return the types a policy names, each with the field that names it."""
    found = [("applies_to", kind) for kind in source.texts("applies_to")]
    for relation in source.mapping("related").values():
        types = relation.get("types") if isinstance(relation, dict) else None
        listed = types if isinstance(types, list | tuple) else ()
        found += [("related", kind) for kind in listed if isinstance(kind, str)]
    return found


def _relations(source: Source) -> Faults:
    for name, relation in source.mapping("related").items():
        if not isinstance(relation, dict):
            continue
        if relation.get("via") is not None and relation.get("where") is not None:
            message = f"the relation {quote(name)} has both `via` and `where`"
            yield Fault("metadata/invalid-field", source.at("related"), message)
        if relation.get("types") in ([], ()):
            message = f"the relation {quote(name)} has no types"
            yield Fault("metadata/invalid-field", source.at("related"), message)


def identity_faults(mine: Iterable[Source], all_of_them: Iterable[Source]) -> Faults:
    """Yield ids and aliases that two policies share; only the files of ``mine`` are reported."""
    homes: dict[str, list[Source]] = {}
    names: dict[str, list[Source]] = {}
    for source in all_of_them:
        homes.setdefault(source.id, []).append(source)
        for alias in source.texts("aliases"):
            names.setdefault(alias, []).append(source)
    for source in mine:
        if not _ID.fullmatch(source.id):
            message = f"the id {quote(source.id)} is not area/name in snake_case"
            yield Fault("metadata/id-form", Location(source.file, 1), message)
        for other in homes[source.id]:
            if other.file != source.file:
                message = f"{other.file} has the id {quote(source.id)} too"
                yield Fault("metadata/duplicate-id", Location(source.file, 1), message)
        yield from _alias_faults(source, homes, names)


def _alias_faults(
    source: Source, homes: dict[str, list[Source]], names: dict[str, list[Source]]
) -> Faults:
    place = source.at("aliases")
    for alias in dict.fromkeys(source.texts("aliases")):
        others = [other.file for other in homes.get(alias, ())]
        others += [other.file for other in names[alias] if other.file != source.file]
        if others:
            message = f"the alias {quote(alias)} is an id or alias of {others[0]}"
            yield Fault("metadata/shadowed-alias", place, message)
        elif len(names[alias]) > 1:
            message = f"the alias {quote(alias)} stands twice"
            yield Fault("metadata/shadowed-alias", place, message)
