"""What may stand in a settings file, key by key: the reader, the JSON Schema and the page are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from mnlint import list_forms, lists, regular
from mnlint.catalogue import LEVELS, shipped
from mnlint.forms import Either, Fields, Form, ListOf, MapOf, OneOf, Problem, Text, Truth, Where, nearest
from mnlint.model.record import dataclass
from mnlint.model.settings import ALL, FAIL_ON, PROFILES, ListChange, about, keys
from mnlint.model.typing import Any, Final

HOW: Final = ("extend", "replace", "new")

_ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def _path_fault(text: str) -> str:
    """Why a text is no path that a settings file may have; whether it leads out is seen when it is followed."""
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or text.startswith(("\\", "~")):
        return f"{text!r}: paths are written relative to this file"
    return "a path is written with `/`" if "\\" in text else ""


def pattern_fault(text: str) -> str:
    """Why a text is no pattern of files, in words; empty if it is one."""
    if text.startswith("!"):
        return "a pattern with `!`: what is excluded cannot be taken back"
    if ".." in text.split("/"):
        return "a pattern with `..`: patterns are about what lies below"
    odd = next((char for char in "{}\\\n" if char in text), "")
    return f"a pattern with {odd!r}: there are `*`, `?`, `[...]` and `**`" if odd else ""


@dataclass(frozen=True, slots=True)
class Lists:
    """Changes of lists: of one that comes along, checked by its own form; or a new one."""

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        """List changes with their entries, or (name, how, path) where the entries stand in a file."""
        if not isinstance(raw, dict):
            problems.append(Problem(where, "keys and values are expected here: {<list>: {extend: [...]}}"))
            return ()
        return tuple(
            one for name, change in raw.items() for one in self._change(name, change, (*where, name), problems)
        )

    def _change(self, name: str, change: Any, where: Where, problems: list[Problem]) -> list[Any]:
        folder = shipped() / "lists"
        known = lists.names(folder)
        how = next(iter(change)) if isinstance(change, dict) and len(change) == 1 else None
        if how is None:
            problems.append(Problem(where, f"one of {', '.join(HOW)} is expected here"))
        elif how not in HOW:
            problems.append(Problem((*where, how), f"no such key: {how}{nearest(how, HOW)}", in_value=False))
        elif name not in known and how != "new":
            problems.append(Problem(where, f"no such list: {name}{nearest(name, known)}", in_value=False))
        elif name in known and how == "new":
            problems.append(Problem(where, f"{name} comes along: write `extend` or `replace`", in_value=False))
        elif how != "new" and not lists.is_open(folder, name):
            what = f"{name} cannot be changed: only Azure itself decides what is in it"
            problems.append(Problem(where, what, in_value=False))
        elif isinstance(change[how], str) and change[how]:
            path = PATH.read(change[how], (*where, how), problems)
            return [(name, how, path)]
        else:
            entries = ENTRIES.read(change[how], (*where, how), problems)
            return [ListChange(name, how, list_forms.own_entries(folder, name, how, entries, (*where, how), problems))]
        return []

    def schema(self) -> dict[str, Any]:
        folder = shipped() / "lists"
        opened = [name for name in lists.names(folder) if lists.is_open(folder, name)]
        # An entry of `extend` may leave out what the one that it changes has.
        known = {
            name: _change_schema(
                extend=list_forms.entry_form(folder, name, complete=False), replace=list_forms.entry_form(folder, name)
            )
            for name in opened
        }
        return {
            "type": "object",
            "properties": known,
            "additionalProperties": _change_schema(new=list_forms.own_form()),
        }

    @property
    def says(self) -> str:
        return "{<list>: {extend | replace | new: [<entry>, ...] or path}, ...}"


def _change_schema(**forms: Form) -> dict[str, Any]:
    made = {how: {"anyOf": [PATH.schema(), ListOf(form).schema()]} for how, form in forms.items()}
    return {"type": "object", "additionalProperties": False, "properties": made, "minProperties": 1, "maxProperties": 1}


@dataclass(frozen=True, slots=True)
class _Anything:
    """What somebody else will look at."""

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        return raw

    def schema(self) -> dict[str, Any]:
        return {}

    @property
    def says(self) -> str:
        return "<entry>"


PATH: Final = Text("path", _path_fault)
ENTRIES: Final = ListOf(_Anything())

FORMS: Final[Mapping[str, Form]] = {
    "profile": OneOf(PROFILES, "profile"),
    "policies": MapOf(Text("<id or name>"), OneOf(LEVELS, "severity")),
    "policy-folders": ListOf(PATH),
    "exclude": ListOf(Text("pattern", pattern_fault)),
    "parameters": MapOf(PATH, ListOf(Either((PATH, ListOf(PATH))))),
    "subscriptions": MapOf(Text("<subscription id>", pattern=_ID), Text("<tenant id>", pattern=_ID)),
    "lists": Lists(),
    "fail-on": OneOf(FAIL_ON, "severity"),
    "fail-on-undecided": Truth(),
    "allow-no-input": Truth(),
    "baseline": PATH,
    "inline-ignores": Truth(),
}

# A lock has these beside the settings that it makes.
LOCKED: Final = Either((OneOf((ALL,)), ListOf(Text("<setting, or id or name of a policy>"))))
ABOUT_LOCKED: Final = "Only in the file of --policy-lock: settings and policies that another file may not loosen."


def form_of_file(*, lock: bool) -> Fields:
    """What a settings file may hold, and a lock."""
    abouts = {key: about(field) for key, field in keys().items()} | {"locked": ABOUT_LOCKED}
    return Fields({**FORMS, **({"locked": LOCKED} if lock else {})}, kind="setting", abouts=abouts)


def inside(folder: Path, limit: Path, text: str) -> Path | str:
    """A path of a settings file that lies in `folder`; why it may not be followed, if it leads out of `limit`."""
    try:
        regular.is_there(folder / text)  # a link there may lead elsewhere another day
        path = (folder / text).resolve()
        if not path.is_relative_to(limit.resolve()):
            return f"{text!r} leads out of the folder that may be read"
        return path if path.exists() else f"there is no {text}"
    except (OSError, ValueError, RuntimeError):
        return f"{text!r} is no path"
