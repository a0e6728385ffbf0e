"""YAML with limits and places: how policies, lists and settings are read, and what is wrong with one is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

import yaml

from mnlint.inputs import DocumentError, read_text
from mnlint.model.pattern import pattern
from mnlint.model.typing import Any, ClassVar, Final, StrPath

MAX_DEPTH = 50

# A line that ends a document; none is at the very beginning, where it would begin one.
_END = pattern(r"(?<=\n)---[ \t]*(?:#.*)?\r?\n")

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


MAX_DIGITS = 400  # of a number: far beyond any real one, far below what makes int() slow


class _Loader(LOADER):  # type: ignore[misc]
    """A loader that tells where a day or a number stands that there is not."""


def _sound(kind: str, make: Callable[[Any, Any], Any]) -> None:
    def construct(loader: Any, node: Any) -> Any:
        try:
            if len(str(node.value)) <= MAX_DIGITS:
                return make(loader, node)
            what = f"a number of more than {MAX_DIGITS} digits"
        except (ValueError, OverflowError) as error:
            what = str(error)
        raise yaml.constructor.ConstructorError(None, None, what, node.start_mark)

    _Loader.add_constructor(f"tag:yaml.org,2002:{kind}", construct)


_sound("int", yaml.SafeLoader.construct_yaml_int)
_sound("float", yaml.SafeLoader.construct_yaml_float)
_sound("timestamp", yaml.SafeLoader.construct_yaml_timestamp)


def read_documents(path: StrPath) -> list[Any]:
    """Every YAML document of a file as plain values; DocumentError if it cannot be read or goes past a limit."""
    return parse_documents(read_text(path), str(path))


def read_first(path: StrPath) -> Any:
    """The first document of a file; what stands below its end is not even parsed. None if the file is empty."""
    parts = _END.split(read_text(path), maxsplit=2)
    only_comments = all(not line.strip() or line.lstrip().startswith("#") for line in parts[0].splitlines())
    # Line numbers in messages must be those of the file, so that what stands above stays.
    first = "---\n".join(parts[:2]) if only_comments else parts[0]
    documents = parse_documents(first, str(path), words=True)
    return documents[0] if documents else None


def parse_documents(text: str, file: str, *, words: bool = False) -> list[Any]:
    """The same, of a text; with `words`, those that YAML alone takes for a truth are refused."""
    return list(_parsed(text, file, words))


@lru_cache(maxsize=256)
def _parsed(text: str, file: str, words: bool) -> tuple[Any, ...]:
    """Kept, because whoever checks several times in one process asks for the same lists and policies each time.

    Nobody changes what they are given.
    """
    try:
        _guard(text, file, words=words)
        return tuple(yaml.load_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        raise _marked(error, file) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _unmarked(error, text, file) from error


def parse_core(text: str, file: str) -> Any:
    """The one document of a text by YAML 1.2: `yes` is a text, and what versions read differently an ellipsis.

    Raises DocumentError as the others do.
    """
    try:
        _guard(text, file)
        return yaml.load(text, Loader=_CoreLoader)  # noqa: S506  (it makes plain values only)
    except yaml.MarkedYAMLError as error:
        raise DocumentError(file, 1, 1, _problem(error)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _unmarked(error, text, file) from error


def parse_with(text: str, file: str, scalar: Callable[[str], Any], name: Callable[[Any], str]) -> Any:
    """The one document of a text, with what `scalar` makes of each text that is not in quotes, and `name` of each key.

    Raises DocumentError as the others do, also where there is no document.
    """
    try:
        _guard(text, file)
        loader = _OtherLoader(text)
        loader.of_scalar, loader.of_name = scalar, name
        node = loader.get_single_node()
        if node is None:
            raise DocumentError(file, 1, 1, "there is no document")
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise DocumentError(file, 1, 1, _problem(error)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _unmarked(error, text, file) from error


def parse_plain(text: str, file: str) -> Any:
    """The one document of a text, None if it is empty: a plain scalar is a text, but for true, false and null.

    So `off` is a word, and what looks like a number or a day is as it was written. Tags are not taken. Raises
    DocumentError with the place.
    """
    try:
        _guard(text, file)
        loader = _OtherLoader(text)
        loader.of_scalar, loader.of_name = _plain, _plain_name
        node = loader.get_single_node()
        return None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise _marked(error, file) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _unmarked(error, text, file) from error


def _plain(text: str) -> Any:
    return None if text in _NULL else _PLAIN.get(text, text)


def _plain_name(key: Any) -> str:
    """A key as it was written; one that is no scalar by what it holds."""
    words: dict[bool | None, str] = {True: "true", False: "false", None: "null"}
    return words[key] if key is None or isinstance(key, bool) else str(key)


def _marked(error: yaml.MarkedYAMLError, file: str) -> DocumentError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = _problem(error)
    reason = next((f": {words}" for sign, words in _REASONS.items() if sign in problem), "")
    return DocumentError(file, line, column, f"{problem}{reason}")


def _problem(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem or "not YAML")
    return _TOO_DEEP if problem == NESTED_TOO_DEEPLY else problem


def _unmarked(error: Exception, text: str, file: str) -> DocumentError:
    """The same of an error that does not say where it is, unless it is about a character."""
    line, column = 1, 1
    if isinstance(error, yaml.reader.ReaderError) and isinstance(error.position, int):
        before = text.encode("utf-8", "surrogatepass")[: error.position].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return DocumentError(file, line, column, str(error).splitlines()[0])


# What PyYAML says of its own accord from 6.0.4 on, perhaps before it has given us the level at which we stop.
NESTED_TOO_DEEPLY: Final = "exceeded maximum nesting depth"
_TOO_DEEP: Final = f"nested deeper than {MAX_DEPTH} levels"

# What the parser says, and what has mostly been done.
_QUOTES = "needs quotation marks"
_REASONS = {
    "mapping values are not allowed": f"the line is indented wrongly, or a text with `: ` in it {_QUOTES}",
    "expected ',' or '}'": f"between braces, a text with brackets, braces or commas in it {_QUOTES}",
    "expected ',' or ']'": f"between brackets, a text with brackets, braces or commas in it {_QUOTES}",
    "did not find expected key": "the line is indented wrongly",
    "did not find expected '-' indicator": "the line is indented wrongly",
    "could not find expected ':'": "a key stands without its colon, or a line is indented wrongly",
    "cannot start any token": f"a text that begins so {_QUOTES}",
}


class _CoreLoader(_Loader):
    """A loader that knows of plain scalars only what all readers of YAML agree about."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, Any]]]] = {}


_INT = pattern(r"[-+]?(?:0|[1-9][0-9]{0,18})")
_FLOAT = pattern(r"[-+]?(?:0|[1-9][0-9]{0,18})\.[0-9]{1,18}")
_UNSURE = pattern(r"[-+]?\.?(?:[0-9][0-9_.:oxabcdefABCDEF+-]*|inf|Inf|INF|nan|NaN|NAN)")
_PLAIN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = ("", "~", "null", "Null", "NULL")


def _scalar(loader: Any, node: yaml.ScalarNode) -> Any:
    text = str(node.value)
    if node.style:  # in quotes, or a block
        return text
    if text in _NULL:
        return None
    if text in _PLAIN:
        return _PLAIN[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return ... if _UNSURE.fullmatch(text) else text


_CoreLoader.add_constructor("tag:yaml.org,2002:str", _scalar)


class _OtherLoader(_Loader):
    """A loader that asks somebody else what plain scalars are."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, Any]]]] = {}
    of_scalar: Callable[[str], Any]
    of_name: Callable[[Any], str]


def _other_scalar(loader: Any, node: yaml.ScalarNode) -> Any:
    return str(node.value) if node.style in ("'", '"') else loader.of_scalar(str(node.value))


def _other_mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    pairs = [(loader.construct_object(key, True), loader.construct_object(value, True)) for key, value in node.value]
    return {loader.of_name(key): value for key, value in pairs}


_OtherLoader.add_constructor("tag:yaml.org,2002:str", _other_scalar)
_OtherLoader.add_constructor("tag:yaml.org,2002:map", _other_mapping)


_TRUTHS = frozenset(("yes", "no", "on", "off"))  # of YAML 1.1, in any case; to everybody else they are words


def _guard(text: str, file: str, *, words: bool = False) -> None:
    """Refuses what can make loading slow or surprising: aliases, deep nesting, tags, a key written twice."""
    depth = 0
    keys: list[set[str] | None] = []
    wants_key: list[bool] = []
    for event in yaml.parse(text, Loader=LOADER):
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DocumentError(file, *place, "anchors and aliases are not taken here")
        if getattr(event, "tag", None) is not None:
            raise DocumentError(file, *place, "tags are not taken here")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            _value_seen(wants_key)
            depth += 1
            if depth > MAX_DEPTH:
                raise DocumentError(file, *place, _TOO_DEEP)
            is_map = isinstance(event, yaml.MappingStartEvent)
            keys.append(set() if is_map else None)
            wants_key.append(is_map)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
            keys.pop()
            wants_key.pop()
        elif isinstance(event, yaml.ScalarEvent):
            if words and not event.style and event.value.lower() in _TRUTHS:
                what = f"`{event.value}` is a truth to YAML: write it in quotation marks, or true or false"
                raise DocumentError(file, *place, what)
            seen = keys[-1] if keys else None
            if seen is not None and wants_key[-1]:
                if event.value in seen:
                    raise DocumentError(file, *place, f"{event.value!r} is written twice")
                if event.value == "<<":
                    raise DocumentError(file, *place, "merge keys are not taken here")
                seen.add(event.value)
                wants_key[-1] = False
            else:
                _value_seen(wants_key)


def _value_seen(wants_key: list[bool]) -> None:
    """In a mapping a key comes next."""
    if wants_key:
        wants_key[-1] = True


def place_of(text: str, document: int, path: tuple[str | int, ...], *, value: bool = False) -> tuple[int, int]:
    """Line and column, from 1, of the key (or its value) or member at a path; of the nearest one that is there."""
    nodes = _composed(text)
    if document >= len(nodes) or nodes[document] is None:
        return 1, 1
    node = nodes[document]
    mark = node.start_mark
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            mark = node.start_mark
        else:
            break
    else:
        mark = node.start_mark if value else mark
    return mark.line + 1, mark.column + 1


@lru_cache(maxsize=1)
def _composed(text: str) -> list[Any]:
    """The documents of a text as far as it is YAML: who read only the first of them knows nothing of the others."""
    nodes: list[Any] = []
    with suppress(yaml.YAMLError):
        nodes.extend(yaml.compose_all(text, Loader=LOADER))
    return nodes
