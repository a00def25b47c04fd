"""What was read, what was judged, and what was not covered."""

from collections import Counter
from collections.abc import Iterator, Sequence

from jurat.model.assessment import Assessment, Coverage, Edition, Failure
from jurat.model.resource import Input, Note, Uncovered
from jurat.reporters.style import Style
from jurat.reporters.text.terminal import (
    brief,
    counted,
    first,
    heading,
    itemized,
    labelled,
    paint,
    safe,
    stacked,
)

_MOST = 10


def read(style: Style, assessment: Assessment) -> Iterator[str]:
    """Write what the run looked at and with which policies."""
    yield paint(style, f"jurat {safe(assessment.version)}", "bold")
    incomplete_first = sorted(assessment.inputs, key=lambda each: each.incomplete is None)
    inputs = [_input(each) for each in incomplete_first]
    yield from itemized(style, "inputs", first(style, inputs, _MOST))
    packs = [_edition(name, each) for name, each in sorted(assessment.packs.items())]
    yield from itemized(style, "packs", first(style, packs, _MOST))
    params = [f"{safe(key)} = {brief(value, 60)}" for key, value in assessment.params.items()]
    yield from itemized(style, "params", first(style, params, _MOST))
    yield from labelled(style, "resources", scope(assessment.coverage))
    if assessment.judged_nothing:
        text = "NOTHING WAS JUDGED: nothing in this report is a pass."
        yield from ["", paint(style, text, "bold", "red")]


def _input(each: Input) -> str:
    text = f"{safe(each.path)} ({safe(each.format)})"
    return text if each.incomplete is None else f"{text}, incomplete: {safe(each.incomplete)}"


def scope(coverage: Coverage) -> str:
    """Say how many resources were read and judged, and how much was not covered."""
    idle = coverage.resources - coverage.judged
    types, attributes = _split(coverage.uncovered)
    parts = [f"{coverage.resources} read", f"{coverage.judged} judged"]
    if idle:
        parts.append(f"{idle} judged by no policy")
    if types:
        parts.append(f"{counted(len(types), 'type')} not covered")
    if attributes:
        parts.append(f"{counted(len(attributes), 'attribute')} not covered")
    return ", ".join(parts)


def _split(uncovered: Sequence[Uncovered]) -> tuple[Counter[str], Counter[str]]:
    """Count resources by uncovered type and by uncovered attribute."""
    types: Counter[str] = Counter()
    attributes: Counter[str] = Counter()
    for each in uncovered:
        if each.attribute is None:
            types[each.type] += 1
        else:
            attributes[f"{each.type}.{each.attribute}"] += 1
    return types, attributes


def missed(style: Style, coverage: Coverage) -> Iterator[str]:
    """Write what no table covers and what no policy judged."""
    types, attributes = _split(coverage.uncovered)
    idle = Counter(
        {
            each.type: each.resources - each.judged
            for each in coverage.types
            if each.judged < each.resources and each.type not in types
        }
    )
    if not (types or attributes or idle):
        return
    yield from heading(style, "NOT COVERED", "yellow")
    for title, counts in (
        ("types that jurat does not know", types),
        ("attributes that jurat does not know", attributes),
        ("read, but judged by no policy", idle),
    ):
        if counts:
            yield f"  {title}"
            yield from stacked(style, first(style, _ranked(counts), _MOST), 4)


def _ranked(counts: Counter[str]) -> list[str]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [f"{safe(name)} ({counted(number, 'resource')})" for name, number in ranked]


def remarks(style: Style, notes: Sequence[Note], errors: Sequence[Failure]) -> Iterator[str]:
    """Write what readers could not do and what could not be used at all."""
    if notes:
        yield from heading(style, "NOTES")
        texts = [f"{safe(str(note.location))}: {safe(note.text)}" for note in notes]
        yield from stacked(style, first(style, texts, 2 * _MOST), 2)
    if errors:
        yield from heading(style, f"NOT USED  {counted(len(errors), 'error')}", "red")
        texts = [f"{safe(error.kind)}: {safe(error.message)}" for error in errors]
        yield from stacked(style, texts, 2)


def _edition(name: str, edition: Edition) -> str:
    version = [safe(edition.version)] if edition.version else []
    return " ".join((safe(name), *version, safe(edition.sha256, 12)))
