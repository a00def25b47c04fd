"""The rules of lint: what each forbids and how bad that is. One row a rule."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """How bad it is to break a rule: an error makes a pack wrong, a warning makes it worse."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``id`` is ``group/name``; ``demand`` says in one sentence what is asked."""

    id: str
    level: Level
    demand: str

    @property
    def anchor(self) -> str:
        """Where the documentation explains the rule."""
        return f"docs/lint.md#{self.id.replace('/', '')}"


_ERRORS: Final = {
    "pack/unreadable": "Files are UTF-8 text of at most 4 MiB.",
    "pack/refused": "A pack loads without complaint.",
    "pack/lint-file": "lint.yaml switches off known rules, each with a reason.",
    "metadata/unreadable": "A policy has readable metadata.",
    "metadata/not-literal": "Metadata of a Python policy are literal values.",
    "metadata/missing-field": "Metadata have every required field.",
    "metadata/unknown-field": "Metadata have no field that means nothing.",
    "metadata/invalid-field": "Each field of the metadata has the form it must have.",
    "metadata/reference-url": "References are https addresses.",
    "metadata/type-name": "Types are written as AWS::S3::Bucket, Ext::… or *.",
    "metadata/id-form": "A policy's id is area/name in snake_case.",
    "metadata/duplicate-id": "No two policies have one id.",
    "metadata/shadowed-alias": "An alias is no other policy's id or alias.",
    "metadata/unread-param": "A declared parameter is read.",
    "metadata/undeclared-param": "A parameter that is read is declared.",
    "metadata/unread-relation": "A declared relation is read.",
    "metadata/undeclared-relation": "A relation that is read is declared.",
    "fixture/none": "A policy has fixtures.",
    "fixture/no-pass": "A policy has a fixture that passes.",
    "fixture/no-fail": "A policy has a fixture that fails.",
    "fixture/no-policy": "A folder of fixtures belongs to a policy.",
    "fixture/name": "A fixture's name begins with its verdict and ends with its format.",
    "rego/syntax": "A Rego file can be parsed.",
    "rego/nesting": "Literals are nested at most 10 deep.",
    "rego/template-string": "No template strings.",
    "rego/keyword-name": "No keyword is used as a name.",
    "rego/package": "The package is the path of the file.",
    "rego/import": "Only rego.v1, input and data.jurat are imported.",
    "rego/forbidden-builtin": "No builtin that reaches out of the input.",
    "rego/missing-builtin": "No builtin that one of the engines lacks.",
    "rego/deprecated-builtin": "No builtin that OPA deprecates.",
    "rego/differing-builtin": "No builtin that answers differently in the two engines.",
    "rego/unknown-function": "Every function that is called exists.",
    "rego/recursion": "No function or rule depends on itself.",
    "rego/not-undefined": "No `not` over a function of something that may be missing.",
    "rego/undefined-head": "What a head names is there whenever the body holds.",
    "rego/lost-result": "What a result says is there whenever the result is.",
    "rego/unary-minus": "A minus stands before numbers only.",
    "rego/sprintf": "sprintf uses %s, %d and %v only, with one argument for each.",
    "rego/with-call": "What `with` puts in holds no function call.",
    "rego/dynamic-data": "References to data have fixed paths.",
    "rego/shadowed-variable": "An inner `some` declares no name of an outer body.",
    "rego/no-deny": "A policy defines deny.",
    "rego/result-form": "Elements of results have a message and at most a place.",
    "python/syntax": "A Python file can be parsed.",
    "python/function-name": "The policy is a function named as the file.",
    "python/forbidden-import": "No import that reaches out of the input.",
    "python/forbidden-call": "No call that reaches out of the input.",
    "python/broad-except": "No handler hides that the policy broke.",
    "python/result-form": "Only Failure, Undecided and NotApplicable are yielded.",
    "python/no-failure": "A policy can fail.",
    "raw/data": "Files of data hold objects that fit together.",
    "mapping/unreadable": "Catalogues, links and roll-ups are well formed.",
    "mapping/dead-policy": "A link's policy exists.",
    "mapping/dead-control": "A link's control exists.",
    "mapping/duplicate-link": "A policy is linked to a control once.",
    "mapping/incomplete": "A link has a policy and a rationale.",
    "mapping/role": "Role supporting belongs to intersects-with and to nothing else.",
    "mapping/no-duty": "No link to a control that asks nothing.",
    "mapping/manual": "No technical claim on a control that only people can meet.",
    "mapping/attest": "Link and policy agree on whether it is an attestation.",
    "shape/unknown-type": "Types of our own are in a table.",
    "shape/folded-type": "A policy applies to types that are judged.",
    "shape/unknown-property": "Properties of types of our own are in their table.",
}
_WARNINGS: Final = {
    "metadata/title": "A title begins with a capital and ends without a full stop.",
    "metadata/description": "A description says more than the title.",
    "metadata/no-reference": "A policy names the documentation it rests on.",
    "metadata/stub": "Nothing is left of what a new policy begins with.",
    "fixture/no-unknown": "A policy has a fixture in which it cannot know.",
    "rego/some-in": "What `some … in` goes over is sure to be a collection.",
    "rego/unused-rule": "Every rule of a policy is used.",
    "rego/unused-import": "Every import is used.",
    "rego/message-without-value": "A failure tells which value it is about.",
    "python/foreign-import": "Policies import the standard library and jurat only.",
    "python/message-without-value": "A failure tells which value it is about.",
    "raw/unreached": "A raw module has a rule that is asked, or such a rule refers to it.",
    "mapping/boilerplate": "A rationale gives the reason of this link.",
    "mapping/whole-claim": "A claim to ask all of a control says why.",
    "mapping/broad-primary": "No primary link to a control that has parts.",
    "mapping/unmapped-policy": "A policy is linked to a control or says why not.",
    "mapping/linked-unlinked": "A policy that says why it is not linked is not linked.",
    "shape/type-spelling": "A type is not spelled almost as one of a table.",
    "shape/property-spelling": "A property is not spelled almost as one of its table.",
}

RULES: Final = {
    name: Rule(name, level, demand)
    for level, rows in ((Level.ERROR, _ERRORS), (Level.WARNING, _WARNINGS))
    for name, demand in rows.items()
}
"""Every rule by its id."""
