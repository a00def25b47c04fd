"""Python, line by line: what ran, which way branches went, what was yielded where."""

from tests.explaining.conftest import Ask, only_case, only_run, template

from jurat.explaining.explanation import Block, Line


def trace(ask: Ask, python: str, **properties: object) -> tuple[Block, ...]:
    return only_run(only_case(ask(template(dict(properties)), python=python))).trace.blocks


def line(block: Block, text: str) -> Line:
    return next(each for each in block.lines if each.text.strip() == text)


BRANCHES = """
properties = subject.resource.properties
name = properties.get("BucketName")
if name == "bad":
    yield Failure("bad", at="BucketName")
elif name == "worse":
    yield Failure("worse", at="BucketName")
else:
    name = None
for tag in properties.get("Tags", ()):
    if (
        tag["Key"] == "x"
        and tag["Value"] == "y"
    ):
        yield Failure("tag", at=("Tags", 0))
"""
TAGS = [{"Key": "x", "Value": "y"}, {"Key": "x", "Value": "n"}, {"Key": "x", "Value": "m"}]


def test_branches_loops_and_yields(ask: Ask) -> None:
    (block,) = trace(ask, BRANCHES, BucketName="worse", Tags=TAGS)
    assert (block.name, block.reached) == ("one", "ran")
    first = line(block, 'if name == "bad":')
    assert (first.reached, first.note) == ("ran", "false")
    second = line(block, 'elif name == "worse":')
    assert (second.note, second.decides) == ("true", True)
    yielded = line(block, 'yield Failure("worse", at="BucketName")')
    assert yielded.note == "yields Failure: worse at BucketName"
    assert line(block, "else:").reached == "not-reached"
    assert line(block, "name = None").reached == "not-reached"
    assert line(block, 'for tag in properties.get("Tags", ()):').note == "3 times"
    long = line(block, 'if ( tag["Key"] == "x" and tag["Value"] == "y" ):')
    assert (long.note, long.decides) == ("true once, false 2 times", True)
    assert (
        line(block, 'yield Failure("tag", at=("Tags", 0))').note == "yields Failure: tag at Tags[0]"
    )


def test_a_pass_is_decided_where_it_turned_away_from_failures(ask: Ask) -> None:
    (block,) = trace(ask, BRANCHES, BucketName="good")
    decisive = [each.text.strip() for each in block.lines if each.decides]
    assert decisive == [
        'if name == "bad":',
        'elif name == "worse":',
        'for tag in properties.get("Tags", ()):',
    ]
    assert line(block, "else:").reached == "ran"
    assert line(block, 'for tag in properties.get("Tags", ()):').note == "never entered"


def test_lines_are_those_of_the_file_and_keep_their_indent(ask: Ask) -> None:
    run = only_run(only_case(ask(template({"BucketName": "bad"}), python=BRANCHES)))
    with open(run.trace.file, encoding="utf-8") as file:  # noqa: PTH123
        source = file.read().splitlines()
    for each in run.trace.blocks[0].lines:
        assert source[each.number - 1].startswith("    " + each.text[:7])


HELPERS = '''
def _looked():
    yield Failure("taken back")

def _more():
    """Say more."""
    try:
        subject.params["none"]
    except KeyError:
        yield Failure("more", at="X")

def _unused():
    return 1

for found in _looked():
    if isinstance(found, Failure):
        yield NotApplicable("not here")
yield from _more()
'''


def test_helpers_follow_and_what_is_not_passed_on_is_said(ask: Ask) -> None:
    blocks = trace(ask, HELPERS, BucketName="x")
    assert [block.name for block in blocks] == ["one", "_looked", "_more"]
    _, looked, more = blocks
    taken = line(looked, 'yield Failure("taken back")')
    assert taken.note == "yields Failure: taken back (not passed on)"
    assert line(more, "except KeyError:").reached == "ran"
    assert line(more, 'yield Failure("more", at="X")').note == "yields Failure: more at X"


def test_a_match_shows_its_case(ask: Ask) -> None:
    body = """
match subject.resource.type:
    case "AWS::SNS::Topic":
        yield Failure("topic")
    case kind if kind.startswith("AWS::S3"):
        yield Failure("bucket")
"""
    (block,) = trace(ask, body)
    assert line(block, "match subject.resource.type:").reached == "ran"
    assert line(block, 'case "AWS::SNS::Topic":').reached == "not-reached"
    assert line(block, 'case kind if kind.startswith("AWS::S3"):').reached == "ran"


def test_messages_in_a_trace_are_cleaned(ask: Ask) -> None:
    document = template(
        {"BucketName": {"Ref": "Secret"}},
        Parameters={"Secret": {"Type": "String", "NoEcho": True, "Default": "pw7"}},
    )
    body = "yield Failure(f\"it is {subject.resource.properties['BucketName']}\")"
    run = only_run(only_case(ask(document, python=body)))
    assert run.trace.blocks[0].lines[0].note == "yields Failure: it is (sensitive)"
    assert run.said == ("it is (sensitive)",)
