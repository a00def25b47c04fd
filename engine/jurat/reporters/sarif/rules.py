"""Policies as rules and controls as taxa."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from jurat.model.assessment import Assessment
from jurat.model.control import FrameworkResult, Link, Relationship
from jurat.model.policy import Policy, Severity
from jurat.reporters.encoding import Row
from jurat.reporters.qualified import breaks, qualify
from jurat.reporters.sarif.places import text

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_SCORES = {  # what code hosts sort security alerts by
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
}
_RELATIONS = {  # what violates the control, seen from what violates the policy
    Relationship.SUBSET_OF: "superset",
    Relationship.EQUAL: "equal",
    Relationship.SUPERSET_OF: "subset",
    Relationship.INTERSECTS_WITH: "incomparable",
}


@dataclass(frozen=True, slots=True)
class Index:
    """What results refer to: the position of each rule, its taxa, and its links."""

    rules: Mapping[str, int]
    taxa: Mapping[tuple[str, str], Row]
    links: Mapping[str, tuple[Link, ...]]

    def broken(self, policy: str) -> list[Row]:
        """Return the taxa of the controls that a failure of ``policy`` breaks."""
        return [self.taxa[_key(link)] for link in self.links.get(policy, ()) if breaks(link)]


def index(assessment: Assessment) -> Index:
    """Return the positions of rules and taxa; policies known only from findings come last."""
    ids = [policy.id for policy in assessment.policies]
    ids += [finding.policy for finding in assessment.findings]
    taxa = _taxa(assessment.frameworks)
    links: dict[str, list[Link]] = {}
    for result in assessment.frameworks:
        for link in result.framework.links:
            if _key(link) in taxa:
                links.setdefault(link.policy, []).append(link)
    return Index(
        rules={policy: position for position, policy in enumerate(dict.fromkeys(ids))},
        taxa=taxa,
        links={policy: tuple(each) for policy, each in links.items()},
    )


def _key(link: Link) -> tuple[str, str]:
    return (link.framework, link.control)


def _linked(result: FrameworkResult) -> Iterator[str]:
    """Return the controls that some policy is linked to, in the catalogue's order."""
    linked = {link.control for link in result.framework.links}
    return (control.id for control in result.framework.controls if control.id in linked)


def _taxa(frameworks: Iterable[FrameworkResult]) -> dict[tuple[str, str], Row]:
    return {
        (result.framework.id, control): {
            "id": qualify(result.framework.id, control),
            "index": number,
            "toolComponent": {"name": result.framework.id, "index": position},
        }
        for position, result in enumerate(frameworks)
        for number, control in enumerate(_linked(result))
    }


def taxonomy(result: FrameworkResult) -> Row:
    """Return a framework with those of its controls that some policy is linked to."""
    framework = result.framework
    names = {control.id: control.name for control in framework.controls}
    return {
        "name": framework.id,
        "fullName": framework.title or framework.id,
        "version": framework.edition,
        "shortDescription": text(framework.title or framework.id),
        "isComprehensive": False,
        "taxa": [
            {"id": qualify(framework.id, control), "shortDescription": text(names[control])}
            for control in _linked(result)
        ],
        "properties": {"draft": framework.draft},
    }


def driver(assessment: Assessment, index: Index) -> Row:
    """Return the tool with a rule for each policy."""
    policies = {policy.id: policy for policy in assessment.policies}
    return {
        "name": "jurat",
        "version": assessment.version,
        "rules": [_rule(name, policies.get(name), index) for name in index.rules],
        "supportedTaxonomies": [
            {"name": result.framework.id, "index": position}
            for position, result in enumerate(assessment.frameworks)
        ],
    }


def _rule(name: str, policy: Policy | None, index: Index) -> Row:
    rule: Row = {"id": name, **(_described(policy) if policy else {})}
    links = index.links.get(name, ())
    if links:
        rule["relationships"] = [
            {"target": index.taxa[_key(link)], "kinds": [_RELATIONS[link.relationship]]}
            for link in links
        ]
    tags = ["security", *(qualify(*_key(link)) for link in links if breaks(link))]
    rule["properties"] = {"tags": list(dict.fromkeys(tags))}
    if policy:
        rule["properties"]["security-severity"] = _SCORES[policy.severity]
    return rule


def _described(policy: Policy) -> Row:
    title = policy.title or policy.id
    parts = (policy.description or title, policy.remediation, *policy.references)
    row: Row = {
        "shortDescription": text(title),
        "fullDescription": text(policy.description or title),
        "help": text("\n\n".join(filter(None, parts))),
        "defaultConfiguration": {"level": LEVELS[policy.severity]},
    }
    page = next((each for each in policy.references if each.startswith("https://")), None)
    if page:
        row["helpUri"] = quote(page, safe="/:?#[]@!$&'()*+,;=%~", errors="surrogatepass")
    return row
