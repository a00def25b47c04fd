"""The XML of JUnit: suites of cases, counted, with nothing in it that XML forbids."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from jurat.model.resource import Location

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Case:
    """One test case: ``tag`` says what became of it, ``None`` that it passed.

    The tags are ``failure``, ``error`` and ``skipped``.
    """

    name: str
    tag: str | None = None
    message: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases under one name, the first word of which is what build servers group them by."""

    name: str
    cases: tuple[Case, ...]
    properties: Mapping[str, str] = field(default_factory=dict)


def write(suites: Iterable[Suite]) -> str:
    """Write the suites as one document named ``jurat``."""
    root = ET.Element("testsuites", name="jurat")
    for suite in suites:
        _suite(root, suite)
    _count(root, root.iter("testcase"))
    ET.indent(root)
    text: str = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(root: ET.Element, suite: Suite) -> None:
    element = ET.SubElement(root, "testsuite", name=_clean(suite.name))
    if suite.properties:
        properties = ET.SubElement(element, "properties")
        for name, value in suite.properties.items():
            ET.SubElement(properties, "property", name=name, value=_clean(value))
    group = suite.name.split(" ", 1)[0]
    for case in suite.cases:
        _case(element, group, case)
    _count(element, element)


def _case(suite: ET.Element, group: str, case: Case) -> None:
    element = ET.SubElement(suite, "testcase", classname=_clean(group), name=_clean(case.name))
    if case.location:
        element.set("file", _clean(case.location.file))
        if case.location.line is not None:
            element.set("line", str(case.location.line))
    if case.tag:
        text = _clean(case.message)
        ET.SubElement(element, case.tag, message=text.split("\n", 1)[0]).text = text


def _count(element: ET.Element, cases: Iterable[ET.Element]) -> None:
    tags = Counter(child.tag for case in cases for child in [case, *case])
    element.set("tests", str(tags["testcase"]))
    element.set("failures", str(tags["failure"]))
    element.set("errors", str(tags["error"]))
    element.set("skipped", str(tags["skipped"]))


def _clean(text: str) -> str:
    """Return ``text`` trimmed and without the characters that XML forbids."""
    trimmed = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return _ILLEGAL.sub("\ufffd", trimmed)
