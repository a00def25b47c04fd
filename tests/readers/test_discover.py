"""Finding inputs: formats told by content, every bad input said, none stops the others."""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jurat.errors import InputError
from jurat.readers import discover as module
from jurat.readers.discover import Discovery, discover
from jurat.readers.registry import (
    NOT_OURS,
    BinaryPlanError,
    Format,
    UnrecognisedError,
    recognise,
    resembles,
)
from jurat.readers.source import Source

PLAN = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": []}
TEMPLATE = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*"}]}
YAML = "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n"


def write(folder: Path, **files: Any) -> None:
    """Write ``plan_json=…`` as ``plan.json``; what is no text or bytes becomes JSON."""
    for name, content in files.items():
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        path = folder / name.replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)


def look(*paths: str | Path, stdin: bytes = b"") -> Discovery:
    return discover([str(path) for path in paths], io.BytesIO(stdin))


def messages(discovery: Discovery) -> list[str]:
    assert all(failure.kind == "input" for failure in discovery.failures)
    return [failure.message for failure in discovery.failures]


def names(discovery: Discovery) -> list[str]:
    return [source.path for source in discovery.sources]


def binary_plan() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("tfplan", b"\x08\x03")
        archive.writestr("tfstate", b"{}")
    return data.getvalue()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# What is recognised


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (PLAN, Format.TERRAFORM_PLAN),
        ({"resource_changes": []}, Format.TERRAFORM_PLAN),
        ({"planned_values": {}, "format_version": "2.0"}, Format.TERRAFORM_PLAN),
        ({"planned_values": {}, "terraform_version": "0.14"}, Format.TERRAFORM_PLAN),
        (TEMPLATE, Format.CLOUDFORMATION),
        ({"Resources": {"Odd": [], "A": {"Type": 5}}}, Format.CLOUDFORMATION),
        ({"AWSTemplateFormatVersion": "2010-09-09"}, Format.CLOUDFORMATION),
        ({"Transform": "AWS::Serverless-2016-10-31"}, Format.CLOUDFORMATION),
        ({"Transform": {"Name": "AWS::Include"}}, Format.CLOUDFORMATION),
        (POLICY, Format.IAM),
        ({"Statement": {}}, Format.IAM),
        ({"Version": "2012-10-17", "Statement": "odd"}, Format.IAM),
        ({"RoleDetailList": []}, Format.IAM),
        ({"UserDetailList": []}, Format.IAM),
        ({"GroupDetailList": []}, Format.IAM),
        ({"Policies": [{"PolicyVersionList": []}]}, Format.IAM),
        ({"PolicyVersion": {"Document": POLICY}}, Format.IAM),
        ({"Policy": {"PolicySummary": {}, "Content": "{}"}}, Format.IAM),
        ({"RoleName": "r", "PolicyDocument": POLICY}, Format.IAM),
        ({"AssumeRolePolicyDocument": POLICY}, Format.IAM),
        ([POLICY, {"RoleDetailList": []}], Format.IAM),
    ],
)
def test_json_is_recognised_and_parsed_once(document: Any, expected: Format) -> None:
    source = Source("input", json.dumps(document).encode())
    found = recognise(source)
    assert (found.source, found.format, found.document) == (source, expected, document)


@pytest.mark.parametrize(
    "text",
    [
        YAML,
        "# made by hand\n---\nAWSTemplateFormatVersion: 2010-09-09\n",
        "Description: x\r\nResources :\r\n  A: {}\r\n",
        "Description: x\rResources:\r  A: 1\r",
        '"Resources":\n  A: {}\n',
        "Parameters: {}\n'Resources':\n  A: {}\n",
        "  Parameters: {}\n  Resources:\n    A: {}\n",
        "Transform: AWS::Serverless-2016-10-31\n",
        "\ufeffResources: {}\n",
    ],
)
def test_yaml_templates_are_recognised_without_parsing(text: str) -> None:
    found = recognise(Source("template.json", text.encode()))
    assert (found.format, found.document) == (Format.CLOUDFORMATION, None)


def test_formats_are_the_words_of_the_json_result() -> None:
    assert [str(item) for item in Format] == ["terraform-plan", "cloudformation", "iam"]


def test_concatenated_iam_pages_are_one_list() -> None:
    pages = [{"RoleDetailList": [1]}, {"RoleDetailList": [2]}]
    text = "\n".join(json.dumps(page) for page in pages)
    assert recognise(Source("roles.json", text.encode())).document == pages


STATE = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "resources": []}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{}", f"empty JSON, {NOT_OURS}"),
        ("[]", f"empty JSON, {NOT_OURS}"),
        ("3", NOT_OURS),
        ("null", NOT_OURS),
        ('{"name": "shop", "version": "1.0.0", "dependencies": {}}', NOT_OURS),
        ('{"compilerOptions": {}}', NOT_OURS),
        ('{"Statement": "for the quarter"}', NOT_OURS),
        ('{"Policies": [], "Resources": {}, "Transform": {}, "Policy": {}}', NOT_OURS),
        ('{"Policies": [[]], "Resources": [], "PolicyVersion": 1}', NOT_OURS),
        ('{"planned_values": {}}', NOT_OURS),
        ("[[], 1, {}]", NOT_OURS),
        (
            json.dumps(STATE),
            (
                "Terraform output but not a plan; run `terraform plan -out PLANFILE` "
                "and `terraform show -json PLANFILE > plan.json`"
            ),
        ),
    ],
)
def test_other_json_is_unrecognised_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(UnrecognisedError) as caught:
        recognise(Source("x.json", text.encode()))
    assert str(caught.value) == f"x.json: {why}"


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  Resources: 1\n",
        "- Resources: 1\n",
        "Resources\n",
        "just text",
        "--- |\n Resources\n",
    ],
)
def test_other_yaml_is_unrecognised(text: str) -> None:
    with pytest.raises(UnrecognisedError):
        recognise(Source("x.yaml", text.encode()))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([POLICY, {"name": "x"}], "several documents; only IAM documents may stand together"),
        ([PLAN, PLAN], "several documents; only IAM documents may stand together"),
        ([TEMPLATE], "several documents; only IAM documents may stand together"),
        (PLAN | TEMPLATE, "terraform-plan and cloudformation in one document"),
    ],
)
def test_ours_in_a_shape_nobody_reads_is_refused(document: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        recognise(Source("x.json", json.dumps(document).encode()))
    assert str(caught.value).startswith(f"x.json: {message}")
    assert not isinstance(caught.value, UnrecognisedError)


def test_a_binary_plan_says_how_to_convert_it() -> None:
    with pytest.raises(BinaryPlanError) as caught:
        recognise(Source("tfplan", binary_plan()))
    assert "run `terraform show -json PLANFILE > plan.json`" in str(caught.value)


def test_another_archive_is_unrecognised() -> None:
    with pytest.raises(UnrecognisedError, match=r"^lambda\.zip: a zip archive"):
        recognise(Source("lambda.zip", b"PK\x03\x04 index.py"))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                *("resource_changes", "planned_values", "terraform_version", "Resources"),
                *("Transform", "Statement", "Version", "Policies", "Policy", "PolicyVersion"),
            ]
        ),
        st.recursive(
            st.none() | st.just("Name") | st.integers(),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["Type", "Document", "Name"]), inner, max_size=2)
            ),
            max_leaves=5,
        ),
        max_size=3,
    )
)
def test_wrong_types_anywhere_are_recognised_or_refused(document: dict[str, Any]) -> None:
    try:
        found = recognise(Source("x.json", json.dumps(document).encode()))
    except InputError as error:
        assert_one_line(str(error), "x.json")
    else:
        assert found.document == document


def assert_one_line(message: str, path: str) -> None:
    assert message.startswith(f"{path}:")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"resource_changes": [', True),
        ('{"format_version":"1.2","variables":{', True),
        ('{"Version": "2012-10-17", "Statement" : [', True),
        ("{% if x %}\nAWSTemplateFormatVersion: 2010-09-09\n", True),
        ('{"scripts": {"test": "x"', False),
        ('// comment\n{"body": "{\\"Statement\\": []}"}', False),
    ],
)
def test_broken_text_resembles_ours_by_its_keys(text: str, expected: bool) -> None:
    assert resembles(Source("x.json", text.encode())) is expected
    assert resembles(Source("x.json", text.encode("utf-16"))) is expected


# Paths that are given


def test_files_are_taken_in_the_order_given_and_shown_as_given(here: Path) -> None:
    write(here, plan_json=PLAN, template_yaml=YAML, odd_txt=POLICY)
    found = look("./template.yaml", here / "plan.json", "odd.txt")
    assert names(found) == ["./template.yaml", f"{here}/plan.json", "odd.txt"]
    assert [item.format for item in found.recognised] == ["cloudformation", "terraform-plan", "iam"]
    assert (found.failures, found.notes) == ((), ())


def test_standard_input_is_read() -> None:
    found = look("-", stdin=json.dumps(PLAN).encode())
    assert names(found) == ["-"]
    assert found.recognised[0].document == PLAN


def test_one_input_named_twice_is_one_input(here: Path) -> None:
    write(here, plan_json=PLAN)
    (here / "link.json").symlink_to("plan.json")
    assert names(look("plan.json", "plan.json", "./plan.json", "link.json", ".")) == ["plan.json"]
    assert names(look("-", "-", stdin=json.dumps(PLAN).encode())) == ["-"]


def test_equal_files_are_different_inputs(here: Path) -> None:
    write(here, a_json=PLAN, b_json=PLAN)
    assert names(look("b.json", "a.json")) == ["b.json", "a.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "x.json: empty"),
        (b"{}", f"x.json: empty JSON, {NOT_OURS}"),
        (b'{"resource_changes": [', "x.json:1:23: not valid JSON: the text ends too early"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "x.json:1:501: nested deeper than 100 levels"),
        (b'{"Statement": [],\n"Statement": []}', 'x.json:2: duplicate key "Statement" (first on'),
        (b"Terraform will perform", "x.json:1:1: not valid JSON: expecting value"),
        (b"\x00\xff\x01binary", "x.json:"),
        (binary_plan(), "x.json: a binary Terraform plan; run `terraform show -json"),
    ],
)
def test_a_bad_file_fails_with_one_line_and_stops_no_other(
    here: Path, content: bytes, message: str
) -> None:
    write(here, x_json=content, plan_json=PLAN)
    found = look("x.json", "plan.json")
    assert names(found) == ["plan.json"]
    (line,) = messages(found)
    assert line.startswith(message)
    assert_one_line(line, "x.json")


@pytest.mark.parametrize(("path", "shown"), [("missing.json", "missing.json"), ("a\0b", "a\\x00b")])
def test_a_path_that_leads_nowhere_fails(here: Path, path: str, shown: str) -> None:
    write(here, plan_json=PLAN)
    found = look(path, "plan.json")
    assert names(found) == ["plan.json"]
    (line,) = messages(found)
    assert_one_line(line, f"{shown}: cannot be read")


def test_an_empty_path_is_not_the_current_directory(here: Path) -> None:
    write(here, plan_json=PLAN)
    assert messages(look("")) == ["(no name): an empty path was given"]


def test_empty_standard_input_fails() -> None:
    assert messages(look("-")) == ["-: empty"]


def test_standard_input_that_breaks_fails() -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    assert messages(discover(["-"], Broken())) == ["-: cannot be read: input/output error"]


def deny(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make a file unreadable, for the superuser too."""
    original = Path.open

    def denying(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == name:
            raise PermissionError(13, "Permission denied", str(self))
        return original(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", denying)


@pytest.mark.parametrize("given_path", [".", "secret.json"])
def test_an_unreadable_file_fails_and_stops_no_other(
    here: Path, monkeypatch: pytest.MonkeyPatch, given_path: str
) -> None:
    write(here, plan_json=PLAN, secret_json=PLAN)
    deny(monkeypatch, "secret.json")
    found = look(given_path, "plan.json")
    assert names(found) == ["plan.json"]
    assert messages(found) == ["secret.json: cannot be read: permission denied"]


def test_an_unreadable_directory_fails_and_stops_no_other(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here / "closed", plan_json=PLAN)
    write(here / "open", plan_json=PLAN)
    original = os.scandir

    def denying(folder: str) -> Any:
        if folder == "closed":
            raise PermissionError(13, "Permission denied", folder)
        return original(folder)

    monkeypatch.setattr(os, "scandir", denying)
    found = look(".")
    assert names(found) == ["open/plan.json"]
    assert messages(found) == ["closed: cannot be read: permission denied"]


@pytest.mark.parametrize("given_path", [".", "pipe.json"])
def test_a_pipe_is_refused_and_not_read(here: Path, given_path: str) -> None:
    os.mkfifo(here / "pipe.json")
    expected = "pipe.json: a pipe or device, not a file; pipe it in and give `-`"
    assert messages(look(given_path)) == [expected]


def test_a_device_is_refused_and_not_read() -> None:
    assert messages(look("/dev/zero"))[0].startswith("/dev/zero: a pipe or device")


def test_a_file_beyond_the_limit_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 20)
    write(here, plan_json=PLAN, small_json={"Statement": []})
    found = look("plan.json", "-", "small.json", stdin=b"x" * 21)
    assert names(found) == ["small.json"]
    assert messages(found) == ["plan.json: larger than 20 bytes", "-: larger than 20 bytes"]


# Directories


def test_a_directory_is_walked_in_sorted_order(here: Path) -> None:
    write(here / "b", plan_json=PLAN, z_YML=YAML)
    write(here / "a" / "deep", policy_json=POLICY)
    write(here, main_template=TEMPLATE, main_tf="resource {}", notes_txt=POLICY)
    found = look(".")
    assert names(found) == ["main.template", "a/deep/policy.json", "b/plan.json", "b/z.YML"]
    assert (found.failures, found.notes, found.skipped) == ((), (), 0)
    assert names(look("b")) == names(look("b/")) == ["b/plan.json", "b/z.YML"]
    assert names(look("./b")) == ["./b/plan.json", "./b/z.YML"]
    assert names(look(here / "a")) == [f"{here}/a/deep/policy.json"]


@pytest.mark.parametrize("folder", [".git", ".terraform", ".cache", "node_modules"])
def test_directories_of_tools_are_not_entered(here: Path, folder: str) -> None:
    write(here, plan_json=PLAN)
    write(here / folder, plan_json=PLAN)
    write(here / "sub" / folder, plan_json="{")
    assert look(".") == look("plan.json")
    assert names(look(folder)) == [f"{folder}/plan.json"]


def test_other_files_of_a_directory_are_skipped_and_counted(here: Path) -> None:
    write(
        here,
        plan_json=PLAN,
        package_json={"name": "shop", "version": "1.0.0"},
        tsconfig_json='{\n  // comment\n  "compilerOptions": {},\n}',
        deep_json="[" * 200 + "]" * 200,
        ci_yml="on: push\njobs: {}\n",
        image_json=b"\x89PNG\xff",
    )
    found = look(".")
    assert names(found) == ["plan.json"]
    assert (found.failures, found.notes, found.skipped) == ((), (), 5)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("plan_json", '{"format_version": "1.2", "resource_changes": [', ":1:48: not valid JSON"),
        ("t_json", '{"AWSTemplateFormatVersion": "2010-09-09",,}', ":1:43: not valid JSON"),
        ("p_json", '{"Statement": [],\n"Statement": []}', ':2: duplicate key "Statement"'),
        ("p_json", '{"Statement": [' + "[" * 200 + "]" * 200 + "]}", ":1:114: nested deeper"),
        ("p_json", [POLICY, {"name": "x"}], ": several documents"),
        ("t_yaml", b"Resources:\n  A: \xff\n", ":2: not UTF-8 text"),
        ("t_yaml", "{% if x %}\nResources:\n", ":1:2: not valid JSON"),
    ],
)
def test_a_broken_file_that_looks_like_ours_is_never_skipped(
    here: Path, name: str, content: Any, message: str
) -> None:
    write(here, other_json=PLAN, **{name: content})
    found = look(".")
    assert names(found) == ["other.json"]
    (line,) = messages(found)
    assert line.startswith(name.replace("_", ".") + message)


def test_what_is_skipped_but_may_be_ours_is_noted(here: Path) -> None:
    write(here, plan_json=PLAN, empty_json="", state_json=STATE)
    write(here, role_json={"Role": {"AssumeRolePolicyDocument": POLICY}})
    found = look(".")
    assert [(str(note.location), note.text) for note in found.notes] == [
        ("empty.json", "skipped: empty"),
        ("role.json", f"skipped: {NOT_OURS}"),
    ]
    assert (names(found), found.failures, found.skipped) == (["plan.json"], (), 3)


def test_a_file_is_skipped_in_a_directory_and_fails_when_named(here: Path) -> None:
    write(here, plan_json=PLAN, package_json={"name": "shop"})
    found = look(".", "package.json")
    assert names(found) == ["plan.json"]
    assert messages(found) == [f"package.json: {NOT_OURS}"]


def test_a_directory_with_nothing_recognisable_fails(here: Path) -> None:
    write(here / "a", package_json={"name": "shop"}, main_tf="")
    (here / "b").mkdir()
    write(here, plan_json=PLAN)
    found = look("a", "b/", "plan.json")
    assert names(found) == ["plan.json"]
    assert messages(found) == [
        "a: no Terraform plan, CloudFormation template or IAM document (1 file looked at)",
        "b/: no Terraform plan, CloudFormation template or IAM document (0 files looked at)",
    ]


def test_a_binary_plan_in_a_directory_fails_unless_its_json_lies_beside(here: Path) -> None:
    write(here / "raw", plan_tfplan=binary_plan(), tfplan=binary_plan(), policy_json=POLICY)
    write(here / "both", a_tfplan=binary_plan(), plan_json=PLAN)
    found = look(".")
    assert names(found) == ["both/plan.json", "raw/policy.json"]
    assert [line.partition(";")[0] for line in messages(found)] == [
        "raw/plan.tfplan: a binary Terraform plan",
        "raw/tfplan: a binary Terraform plan",
    ]
    assert [str(note.location) for note in found.notes] == ["both/a.tfplan"]


def test_too_many_files_fail(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FILES", 2)
    write(here / "two", a_json=PLAN, b_json=PLAN)
    write(here / "three", a_json=PLAN, b_json=PLAN, c_json=PLAN)
    assert messages(look("two")) == []
    found = look("three")
    assert names(found) == ["three/a.json", "three/b.json"]
    assert messages(found) == ["three: more than 2 files; name a smaller one"]


def test_links_out_of_the_directory_are_noted_and_not_read(here: Path) -> None:
    write(here / "outside", plan_json=PLAN, notes_txt="x")
    write(here / "in", plan_json=PLAN)
    (here / "in" / "file.json").symlink_to("../outside/plan.json")
    (here / "in" / "folder").symlink_to("../outside")
    (here / "in" / "notes.txt").symlink_to("../outside/notes.txt")
    (here / "in-side").mkdir()
    found = look("in")
    assert names(found) == ["in/plan.json"]
    text = "skipped: a link that leads out of the given directory"
    assert [(str(note.location), note.text) for note in found.notes] == [
        ("in/file.json", text),
        ("in/folder", text),
    ]
    assert found.failures == ()


def test_a_sibling_with_the_same_beginning_is_outside(here: Path) -> None:
    write(here / "in-side", plan_json=PLAN)
    write(here / "in", plan_json=PLAN)
    (here / "in" / "file.json").symlink_to("../in-side/plan.json")
    assert len(look("in").notes) == 1


def test_a_linked_file_or_directory_is_read_when_named(here: Path) -> None:
    write(here / "real", plan_json=PLAN)
    (here / "folder").symlink_to("real")
    (here / "file.json").symlink_to("real/plan.json")
    assert names(look("folder")) == ["folder/plan.json"]
    assert names(look("file.json")) == ["file.json"]


def test_link_loops_end(here: Path) -> None:
    write(here / "in", plan_json=PLAN)
    (here / "in" / "up").symlink_to("..")
    (here / "in" / "self").symlink_to(".")
    (here / "in" / "x.json").symlink_to("y.json")
    (here / "in" / "y.json").symlink_to("x.json")
    found = look(".", "in/x.json")
    assert names(found) == ["in/plan.json"]
    expected = "cannot be read: too many levels of symbolic links"
    assert messages(found) == [f"in/x.json: {expected}", f"in/y.json: {expected}"]


def test_a_link_to_nothing_fails(here: Path) -> None:
    write(here, plan_json=PLAN)
    (here / "gone.json").symlink_to("nothing.json")
    found = look(".")
    assert names(found) == ["plan.json"]
    assert messages(found) == ["gone.json: cannot be read: no such file or directory"]


def test_deep_directories_do_not_exhaust_the_stack(here: Path) -> None:
    folder = "d"
    made = []
    for _ in range(1100):
        os.mkdir(folder)  # noqa: PTH102 - pathlib is no clearer for a plain string
        made.append(folder)
        folder += "/d"
    write(here / made[-1], plan_json=PLAN)
    found = look("d")
    assert names(found) == [f"{made[-1]}/plan.json"]
    (here / made[-1] / "plan.json").unlink()
    for folder in reversed(made):
        Path(folder).rmdir()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb.json", "a\\nb.json"),
        ("\x1b[31mred.json", "\\x1b[31mred.json"),
        ("\u202egnp.json", "\\u202egnp.json"),
        (os.fsdecode(b"caf\xe9.json"), "caf\\udce9.json"),
        ("Zoë.json", "Zoë.json"),
    ],
    ids=["newline", "escape", "right-to-left", "bytes", "plain"],
)
def test_names_are_safe_to_print(here: Path, name: str, shown: str) -> None:
    (here / name).write_text(json.dumps(PLAN))
    assert names(look(".")) == names(look(name)) == [shown]
    (here / name).write_text('{"resource_changes": ')
    (line,) = messages(look("."))
    assert_one_line(line, shown)
    assert line.encode()
