"""A framework's folder loads whole or is refused at the line that is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jurat.controls import check_links, load_framework
from jurat.errors import PackError
from jurat.model import Control, Evidence, Framework, Link, Relationship, Role, Rollup

ABOUT = """\
id: demo
title: Demo framework
edition: 2022
source: https://example.org/demo
licence: public domain
draft: true
about: what it is
"""
CONTROLS = """\
id,parent,level,group,title,summary,evidence,responsibility,unit,hook,note
A,,section,One,Section A,,partial,customer,0,,
A.1,A,point,One,"Encrypt, always",,automated,shared,1,encryption,seen in the plan
A.2,A,point,One,,people know,manual,customer,1,training,
Z,,section,Two,Scope,,none,n/a,0,,
"""
LINKS = """\
policy,control,relationship,role,rationale
s3/encryption,A.1,subset-of,primary,encrypts
s3/encryption,A.2,intersects-with,supporting,bears on it
"""
ROLLUPS = """\
child,parent
A.1,A
A.2,A
"""
FILES = {
    "framework.yaml": ABOUT,
    "controls.csv": CONTROLS,
    "links.csv": LINKS,
    "rollups.csv": ROLLUPS,
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the demo framework with some files replaced."""

    def write(**changed: str | bytes | None) -> Path:
        folder = tmp_path / "demo"
        folder.mkdir(exist_ok=True)
        for name, text in FILES.items():
            new = changed.get(name.split(".", maxsplit=1)[0], text)
            if new is not None:
                (folder / name).write_bytes(new if isinstance(new, bytes) else new.encode())
        return folder

    return write


def refusal(folder: Path) -> str:
    """Say what the loader has against a folder, without the folder's path."""
    with pytest.raises(PackError) as caught:
        load_framework(folder)
    message = str(caught.value)
    assert message.startswith(f"{folder}/")
    assert "\n" not in message
    return message.removeprefix(f"{folder}/")


def test_a_folder_becomes_a_framework(write: Callable[..., Path]) -> None:
    subset, overlap = Relationship.SUBSET_OF, Relationship.INTERSECTS_WITH
    assert load_framework(write()) == Framework(
        id="demo",
        title="Demo framework",
        edition="2022",
        source="https://example.org/demo",
        licence="public domain",
        draft=True,
        controls=(
            Control(
                "demo", "A", "Section A", "", Evidence.PARTIAL, "customer", "section", "One", None,
                unit=False,
            ),
            Control(
                "demo", "A.1", "Encrypt, always", "", Evidence.AUTOMATED, "shared", "point", "One",
                "A", unit=True, hook="encryption",
            ),
            Control(
                "demo", "A.2", "", "people know", Evidence.MANUAL, "customer", "point", "One", "A",
                unit=True, hook="training",
            ),
            Control(
                "demo", "Z", "Scope", "", Evidence.NONE, "n/a", "section", "Two", None, unit=False
            ),
        ),
        links=(
            Link("s3/encryption", "demo", "A.1", subset, Role.PRIMARY, "encrypts"),
            Link("s3/encryption", "demo", "A.2", overlap, Role.SUPPORTING, "bears on it"),
        ),
        rollups=(Rollup("demo", "A.1", "A"), Rollup("demo", "A.2", "A")),
    )  # fmt: skip


def test_columns_may_stand_in_any_order_and_a_byte_order_mark_is_no_column(
    write: Callable[..., Path],
) -> None:
    rollups = b"\xef\xbb\xbfparent,child\r\nA,A.1\r\n"
    assert load_framework(write(rollups=rollups)).rollups == (Rollup("demo", "A.1", "A"),)


def test_an_attestation_may_claim_a_manual_control(write: Callable[..., Path]) -> None:
    links = (
        "policy,control,relationship,role,rationale,attest\n"
        "att/training,A.2,subset-of,primary,attests,1\n"
        "s3/encryption,A.1,subset-of,primary,encrypts,0\n"
    )
    loaded = load_framework(write(links=links)).links
    assert [link.attest for link in loaded] == [True, False]


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ("id: other\n", "framework.yaml:1: id 'other' differs from the folder's name 'demo'"),
        (ABOUT + "ide: x\n", "framework.yaml:8: key 'ide' is unknown or stands twice"),
        (ABOUT + "title: x\n", "framework.yaml:8: key 'title' is unknown or stands twice"),
        (ABOUT.replace("draft: true", "draft: yes"), "framework.yaml:6: draft 'yes' is none of"),
        (ABOUT.replace("2022", "''"), "framework.yaml:3: edition is empty"),
        (ABOUT.replace("about: what it is\n", ""), "framework.yaml:1: key 'about' is missing"),
        (ABOUT.replace("2022", "[2022]"), "framework.yaml:3: neither key nor value may be a list"),
        (ABOUT + "? [a]\n: b\n", "framework.yaml:8: neither key nor value may be a list"),
        ("- id: demo\n", "framework.yaml:1: not a mapping"),
        ("", "framework.yaml:1: not a mapping"),
        ("id: demo\ntitle: [\n", "framework.yaml:3: not YAML"),
        ("id: a\x00\n", "framework.yaml:1: not YAML"),
        ("[" * 100_000, "framework.yaml:1: not YAML"),
        (b"\xff", "framework.yaml: not UTF-8 text"),
        (None, "framework.yaml: cannot be read: No such file or directory"),
    ],
)
def test_a_wrong_framework_file_is_refused(
    write: Callable[..., Path], about: str | bytes | None, message: str
) -> None:
    assert refusal(write(framework=about)).startswith(message)


def with_row(row: str) -> str:
    return CONTROLS + row + "\n"


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        (CONTROLS.replace("hook", "hooks"), "controls.csv:1: unknown column 'hooks'; known are id"),
        (CONTROLS.replace("note", "hook"), "controls.csv:1: column 'hook' stands twice"),
        ("id,parent\n", "controls.csv:1: column 'level' is missing"),
        ("", "controls.csv:1: column 'id' is missing"),
        (with_row("B,A"), "controls.csv:6: 2 values for 11 columns"),
        (with_row(""), "controls.csv:6: 0 values for 11 columns"),
        (with_row("A.1,A,point,,,,manual,customer,1,,"), "controls.csv:6: control 'A.1' stands tw"),
        (with_row("B,C,point,,,,manual,customer,1,,"), "controls.csv:6: parent 'C' does not stand"),
        (with_row("B,B,point,,,,manual,customer,1,,"), "controls.csv:6: parent 'B' does not stand"),
        (with_row(",,point,,,,manual,customer,1,,"), "controls.csv:6: id '' is empty"),
        (with_row(" B,,point,,,,manual,customer,1,,"), "controls.csv:6: id ' B' is empty or not"),
        (with_row('"B\n",,point,,,,manual,customer,1,,'), "controls.csv:6: id 'B\\n' is empty or"),
        (with_row("B,,point,,,,maybe,customer,1,,"), "controls.csv:6: evidence 'maybe' is none of"),
        (with_row("B,,point,,,,manual,us,1,,"), "controls.csv:6: responsibility 'us' is none of"),
        (with_row("B,,point,,,,manual,customer,yes,,"), "controls.csv:6: unit 'yes' is none of"),
        (with_row("B,,point,,,,none,n/a,1,,"), "controls.csv:6: B is a unit, so its evidence"),
        (with_row('B,,point,,"two\nlines",,x,customer,1,,'), "controls.csv:6: evidence 'x' is"),
        (with_row('C,,p,,"two\nlines",,manual,n/a,1,,\nD'), "controls.csv:8: 1 values for"),
        (with_row('"B" x,,'), "controls.csv:6: not CSV: "),
        (b"\xff", "controls.csv: not UTF-8 text"),
        (None, "controls.csv: cannot be read: No such file or directory"),
    ],
)
def test_a_wrong_catalogue_is_refused(
    write: Callable[..., Path], controls: str | bytes | None, message: str
) -> None:
    assert refusal(write(controls=controls)).startswith(message)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("s3/x,A.9,subset-of,primary,r", "control 'A.9' is not in controls.csv"),
        ("s3/encryption,A.1,subset-of,primary,r", "s3/encryption is linked to A.1 twice"),
        ("s3/x,A.1,part-of,primary,r", "relationship 'part-of' is none of subset-of, equal"),
        ("s3/x,A.1,subset-of,main,r", "role 'main' is none of primary"),
        ("s3/x,A.1,subset-of,supporting,r", "role supporting belongs to intersects-with"),
        ("s3/x,A.1,intersects-with,primary,r", "role supporting belongs to intersects-with"),
        ("s3/x,A.1,subset-of,primary, ", "a link needs a policy and a rationale"),
        (",A.1,subset-of,primary,r", "a link needs a policy and a rationale"),
        ("s3/x,Z,intersects-with,supporting,r", "Z asks nothing that could be evidenced"),
        ("s3/x,A.2,subset-of,primary,r", "A.2 is manual, so a policy that is no attestation"),
    ],
)
def test_a_wrong_link_is_refused(write: Callable[..., Path], row: str, message: str) -> None:
    assert refusal(write(links=LINKS + row + "\n")).startswith(f"links.csv:4: {message}")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A.9,A", "control 'A.9' is not in controls.csv"),
        ("A.1,B", "control 'B' is not in controls.csv"),
        ("A.1,A", "A.1 is rolled up to A twice"),
        ("Z,Z", "cycle Z < Z"),
    ],
)
def test_a_wrong_rollup_is_refused(write: Callable[..., Path], row: str, message: str) -> None:
    assert refusal(write(rollups=ROLLUPS + row + "\n")) == f"rollups.csv:4: {message}"


def test_a_long_cycle_is_refused_at_one_of_its_rows(write: Callable[..., Path]) -> None:
    message = refusal(write(rollups="child,parent\nZ,A\nA.1,Z\nA,A.1\n"))
    place, cycle = message.split(": cycle ")
    child, parent, *_ = cycle.split(" < ")
    assert (
        place
        == {"Z,A": "rollups.csv:2", "A.1,Z": "rollups.csv:3", "A,A.1": "rollups.csv:4"}[
            f"{child},{parent}"
        ]
    )


def test_a_link_to_a_vanished_policy_is_refused_at_its_line(write: Callable[..., Path]) -> None:
    folder = write(links=LINKS + "s3/gone,A.1,subset-of,contributing,r\n")
    with pytest.raises(PackError) as caught:
        check_links([load_framework(folder)], [folder / "links.csv"], {"s3/encryption"})
    assert str(caught.value) == f"{folder}/links.csv:4: policy 's3/gone' does not exist"


def test_links_to_known_policies_are_accepted(write: Callable[..., Path]) -> None:
    folder = write()
    tables = [folder / "links.csv"]
    check_links([load_framework(folder)], tables, {"s3/encryption", "s3/other"})
