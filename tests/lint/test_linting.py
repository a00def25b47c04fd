"""Lint as a whole: broken and hostile packs, several packs, what is switched off."""

import re
from pathlib import Path

import pytest
from tests.lint.conftest import BODY, HEAD, LINKS, PYTHON, SOUND, Linted

from jurat.errors import PackError
from jurat.languages.rego import add_module, evaluate_rule, new_engine, set_input
from jurat.lint import RULES, Level, Report, lint, linting
from jurat.lint.rego.builtins import COMMON, DEPRECATED, OPA_ONLY
from jurat.lint.rego.parsing import parse
from jurat.lint.shape import known_paths, known_types
from jurat.pack import load_pack

REGO, SHAPE = "policies/own/colour.rego", "policies/own/shape.py"


def rules_of(report: Report) -> set[str]:
    return {fault.rule for fault in report.faults}


def test_an_installed_pack_has_no_fixtures_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in SOUND.items():
        if not name.startswith("fixtures/"):
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    assert rules_of(lint([tmp_path])) == {"fixture/none"}
    monkeypatch.setattr(linting, "bundled", lambda: tmp_path)
    assert rules_of(lint([tmp_path])) == set()


def test_one_broken_policy_hides_no_fault_of_another(linted: Linted) -> None:
    report = linted(
        {
            REGO: HEAD + "deny contains {",
            SHAPE: PYTHON.replace("import Failure", "import os, Failure"),
            "policies/own/third.py": "def third(:\n",
            "policies/own/fourth.rego": b"\xff",
            "mappings/rules/controls.csv": "id\n",
        }
    )
    assert {"rego/syntax", "python/syntax", "pack/unreadable", "mapping/unreadable"} <= rules_of(
        report
    )
    assert "fixture/none" in rules_of(report)


def test_metadata_are_judged_although_the_code_cannot_be_parsed(linted: Linted) -> None:
    report = linted({REGO: HEAD.replace("high", "hi") + "deny contains {"})
    assert {"rego/syntax", "metadata/invalid-field"} <= rules_of(report)


def test_every_fault_of_a_file_is_told(linted: Linted) -> None:
    text = HEAD.replace("severity: high", "severity: hi").replace("Buckets have", "buckets have")
    links = SOUND["mappings/rules/links.csv"] + "own/size,R.7,equal,supporting,tbd\n"
    report = linted(
        {
            REGO: text + BODY.replace("input.params.wanted", "time.now_ns() + input.params.size"),
            SHAPE: PYTHON.replace("def shape", "def form").replace("yield Failure(", "yield dict("),
            "mappings/rules/links.csv": links,
        }
    )
    assert rules_of(report) == {
        "mapping/boilerplate",
        "mapping/dead-control",
        "mapping/dead-policy",
        "mapping/role",
        "mapping/whole-claim",
        "metadata/invalid-field",
        "metadata/title",
        "metadata/undeclared-param",
        "metadata/unread-param",
        "python/function-name",
        "python/no-failure",
        "python/result-form",
        "rego/forbidden-builtin",
    }


@pytest.mark.parametrize(
    "code",
    [
        "x := " + "[" * 5000,
        "x := 1" + "\n+ 1" * 40000,
        "x := 1" + "\n+ 1" * 1500,
        "x := " + "-\n" * 5000 + "1",
        "x if { " + "every a in [1] {\n" * 9 + "true" + "}" * 9 + "}",
        "x := " + "(" * 3000 + "1" + ")" * 3000,
        "x := input" + "[\n0]" * 40000,
        "x := `" + "[" * 100,
        "x contains y if { some z in input; y := z.a }",
        "x contains f(y) if some y in input\n\nf(x) := g(x)\n\ng(x) := f(x)",
        "a := b\n\nb := a\n\nx contains y if some y in a",
        'x := "\ud800"',
        "\x00",
        "x := 1 # \x1b[31m",
    ],
)
def test_hostile_rego_ends_in_a_fault_or_is_fine(code: str, linted: Linted) -> None:
    text = (HEAD + BODY + code).encode("utf-8", "surrogatepass")
    report = linted({REGO: text})
    assert report.policies == 2
    others = [f for f in report.faults if f.place.file.endswith((".py", ".csv"))]
    assert not others


@pytest.mark.parametrize(
    "code",
    [
        "x = " + "(" * 300 + ")" * 300,
        "x = " + "-" * 50000 + "1",
        "x = " + "1+" * 20000 + "1",
        "x = 1" + ".a" * 5000,
        "x = " + "[" * 60 + "]" * 60,
        "\x00",
        'x = "\\d"',
        "async def shape(): ...",
        "policy()(shape)",
        "x = lambda: (yield)",
    ],
)
@pytest.mark.filterwarnings("error")
def test_hostile_python_ends_in_a_fault_or_is_fine(code: str, linted: Linted) -> None:
    report = linted({SHAPE: f"{PYTHON}\n{code}\n"})
    assert report.policies == 2
    assert not [f for f in report.faults if f.place.file.endswith((".rego", ".csv"))]


@pytest.mark.parametrize(
    "metadata",
    [
        "# METADATA\n# - a\n",
        "# METADATA\n# custom: [a]\n",
        "# METADATA\n# a: &a [*a]\n",
        "# METADATA\n# ? [a]\n# : b\n",
        "# METADATA\n# custom: {applies_to: {a: b}, related: [1], params: 7, aliases: {}}\n",
        "# METADATA\n# custom: {related: {a: 1, b: [], c: {types: x}}, applies_to: [1, null]}\n",
        "# METADATA\n# related_resources: 7\n",
        "# METADATA\n# custom: {severity: !!python/object/apply:os.system ['true']}\n",
        "# METADATA\n# title: \x1b[31mred\n",
        "# METADATA",
    ],
)
def test_hostile_metadata_are_faults(metadata: str, linted: Linted) -> None:
    report = linted({REGO: f"{metadata}\npackage jurat.policies.own.colour\n{BODY}"})
    mine = [f for f in report.faults if f.place.file.endswith("colour.rego")]
    assert any(fault.rule.startswith("metadata/") for fault in mine)
    assert all("\x1b" not in fault.message and "\n" not in fault.message for fault in mine)


def test_a_link_in_a_pack_that_leads_nowhere_is_no_file(tmp_path: Path, linted: Linted) -> None:
    linted()
    (tmp_path / "pack/policies/own/gone.rego").symlink_to(tmp_path / "nowhere")
    assert rules_of(lint([tmp_path / "pack"])) == set()


def test_what_the_loader_refuses_is_a_fault_though_every_rule_was_kept(linted: Linted) -> None:
    report = linted({"params.yaml": "own/colour: {size: 1}\n"})
    assert rules_of(report) == {"pack/refused"}
    with pytest.raises(PackError, match="size"):
        load_pack([Path(report.packs[0])])


def test_raw_policies_can_be_linked(linted: Linted) -> None:
    raw = 'package names\n\nimport rego.v1\n\ndeny contains "m" if input.a\n'
    row = "names/deny,R.1,subset-of,contributing,a name is an order too\n"
    links = {"mappings/rules/links.csv": SOUND["mappings/rules/links.csv"] + row}
    assert rules_of(linted({**links, "conftest/names.rego": raw})) == set()


def test_without_the_raw_policy_its_link_is_dead(linted: Linted) -> None:
    row = "names/deny,R.1,subset-of,contributing,a name is an order too\n"
    links = {"mappings/rules/links.csv": SOUND["mappings/rules/links.csv"] + row}
    assert rules_of(linted(links)) == {"mapping/dead-policy"}


def test_a_pack_may_hold_raw_policies_only(tmp_path: Path) -> None:
    folder = tmp_path / "conftest/deep"
    folder.mkdir(parents=True)
    (folder / "names.rego").write_text(
        'package names\n\ndeny[m] { m = "m" }\n\nwarn_x[m] { m = 1 }\n'
    )
    report = lint([tmp_path])
    assert (report.faults, report.policies) == ((), 2)
    (folder / "names.rego").write_text("package names\n\ndeny[m] { m = any([1]) }\n")
    assert rules_of(lint([tmp_path])) == {"rego/deprecated-builtin"}


def test_one_broken_raw_module_hides_no_fault_and_no_policy_of_another(linted: Linted) -> None:
    row = "names/deny,R.1,subset-of,contributing,a name is an order too\n"
    report = linted(
        {
            "mappings/rules/links.csv": SOUND["mappings/rules/links.csv"] + row,
            "conftest/broken.rego": "package broken\n\ndeny[m] { m = }\n",
            "conftest/bare.rego": "deny[m] { m = 1 }\n",
            "conftest/data.yaml": "a: [",
            "conftest/names.rego": "package names\n\ndeny[m] { m = crypto.md5(input.a) }\n",
        }
    )
    assert rules_of(report) == {"rego/syntax", "raw/data", "rego/missing-builtin"}
    assert len(report.faults) == 4


@pytest.mark.parametrize(
    "code",
    [
        "x := " + "[" * 5000,
        "x := 1" + "\n+ 1" * 1500,
        "x := " + "(" * 3000 + "1" + ")" * 3000,
        "x { f(x) }\n\nf(x) { g(x) }\n\ng(x) { f(x) }",
        "import data.names as names\nimport data\n\nx { names.x(1) }",
        "\x00",
    ],
)
def test_hostile_raw_rego_ends_in_a_fault_or_is_fine(code: str, linted: Linted) -> None:
    text = f"package names\n\n{code}\n\ndeny[m] {{ m = 1 }}\n"
    report = linted({"conftest/names.rego": text, "conftest/d.json": "[" * 3000})
    assert report.policies == 3
    assert "raw/data" in rules_of(report)
    assert {f.place.file.rpartition("/")[2] for f in report.faults} <= {"names.rego", "d.json"}


def test_two_packs_may_not_share_an_id(tmp_path: Path, linted: Linted) -> None:
    linted()
    other = tmp_path / "other/policies/own/colour.rego"
    other.parent.mkdir(parents=True)
    other.write_text(HEAD + BODY)
    report = lint([tmp_path / "pack", tmp_path / "other"])
    twice = [f.place.file for f in report.faults if f.rule == "metadata/duplicate-id"]
    assert sorted(twice) == [str(other), str(tmp_path / "pack" / REGO)]


def test_links_of_another_pack_do_not_make_a_policy_of_ours_wrong(
    tmp_path: Path, linted: Linted
) -> None:
    linted()
    other = tmp_path / "other/mappings/rules"
    other.mkdir(parents=True)
    (other / "links.csv").write_text(LINKS + "own/colour,R.8,subset-of,primary,it is an order\n")
    both = lint([tmp_path / "pack", tmp_path / "other"])
    assert [(f.rule, f.place.file) for f in both.faults] == [
        ("mapping/dead-control", str(other / "links.csv"))
    ]


def test_a_rule_that_is_off_is_still_told_with_the_reason(linted: Linted) -> None:
    report = linted(
        {
            REGO: HEAD.replace("a colour\n", "a colour.\n") + BODY,
            "lint.yaml": "metadata/title: our titles are sentences\n",
        }
    )
    (fault,) = report.faults
    assert (fault.rule, fault.suppressed) == ("metadata/title", "our titles are sentences")
    assert report.of(Level.WARNING) == ()
    assert report.suppressed == (fault,)


def test_a_pack_switches_off_nothing_for_another(tmp_path: Path, linted: Linted) -> None:
    linted({REGO: HEAD.replace("a colour\n", "a colour.\n") + BODY})
    other = tmp_path / "other/policies"
    other.mkdir(parents=True)
    (tmp_path / "other/lint.yaml").write_text("metadata/title: our titles are sentences\n")
    report = lint([tmp_path / "pack", tmp_path / "other"])
    assert [f.suppressed for f in report.faults if f.rule == "metadata/title"] == [None]


def test_columns_count_characters(linted: Linted) -> None:
    rule = '\ndeny contains {"message": "m"} if {\n\t"é" != ""; time.now_ns() > 1\n}\n'
    report = linted({REGO: HEAD + BODY + rule})
    (fault,) = [f for f in report.faults if f.rule == "rego/forbidden-builtin"]
    assert (fault.place.line, fault.place.column) == (24, 13)


def test_faults_are_in_order_and_told_once(linted: Linted) -> None:
    report = linted({REGO: HEAD + BODY.replace("input.params.wanted", "input.params.a"), SHAPE: ""})
    keys = [(f.place.file, f.place.line or 0) for f in report.faults]
    assert keys == sorted(keys)
    assert len(set(report.faults)) == len(report.faults)


def test_the_builtins_are_those_of_the_embedded_engine() -> None:
    engine = new_engine()
    add_module(engine, "b.rego", "package b\n\nall := opa.runtime().builtins\n")
    set_input(engine, {}, "b.rego")
    builtins = evaluate_rule(engine, "data.b.all", "b.rego")
    listed = {name for name in builtins if not name.startswith("__")}
    assert listed == COMMON - {"print"}
    assert not COMMON & (OPA_ONLY | DEPRECATED)


def test_the_paths_of_a_table_are_those_it_fills() -> None:
    block = known_paths("Ext::S3::AccountPublicAccessBlock")
    assert ("BlockPublicAcls",) in block
    assert {"AWS::S3::Bucket", "Ext::IAM::ResourcePolicy"} <= known_types()


def test_modules_are_parsed_without_a_worker_if_there_are_none() -> None:
    assert parse({}) == {}


def test_the_page_explains_every_rule_and_no_other(root: Path) -> None:
    page = (root / "docs/lint.md").read_text()
    explained = re.findall(r"^### (\S+)\n\n(Error|Warning)\. ", page, re.MULTILINE)
    groups = list(dict.fromkeys(rule.partition("/")[0] for rule in RULES))
    ordered = [r for group in groups for r in RULES.values() if r.id.startswith(f"{group}/")]
    assert explained == [(rule.id, str(rule.level).capitalize()) for rule in ordered]
    assert page.count("\n### ") == len(explained)
