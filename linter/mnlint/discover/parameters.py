"""Which parameter files belong to which root: by what they name, by their own names, by the parameters they give."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from mnlint.discover.units import PARAMETERS, Units, above, beside
from mnlint.model.expr import Op, Template
from mnlint.model.pattern import pattern

Chain = tuple[str, ...]  # parameter files of one deployment, the later on top
Named = Mapping[str, list[Chain]]

TEMPLATES = ("bicep", "arm")  # the languages whose parameters a JSON file may give
MAX_CHAIN = 32  # files that extend each other
FOLDERS = frozenset(("parameters", "parameter", "params", "param", "environments", "environment", "env", "envs"))
# What follows a template's stem in the name of its parameter file: `.parameters`, `.prod.parameters`, `-params.eu` ...
_TAIL = pattern(r"(?:[._-].+)?[._-]param(?:eter)?s?(?:[._-].+)?")


def hinted(units: Units, asked: Callable[[str], bool]) -> set[str]:
    """The units that the parameter files asked for may be about."""
    found: set[str] = set()
    folders = set()
    for file in _files(units, *PARAMETERS):
        if asked(file):
            found.update(path for path in units.named(file) if path in units.files)
            folders |= homes_of(file)
    return found | {unit for unit in units.files if units.folder(unit) in folders} if folders else found


def holding(
    units: Units, hits: Collection[str], given: Collection[str], own: Mapping[str, Sequence[Chain]]
) -> set[str]:
    """The units with a file among those with a needle, and those that may take a value from one: from parameters, which
    are `given` for any template, their `own` by settings, or hinted at, or from what they import. In Terraform what a
    network begins with is written where it is."""
    found = {unit for unit, files in units.files.items() if any(file in hits for file in files)}
    giving = {file for file in hits if units.languages[file].name in ("bicepparam", "armparams")}
    if giving:
        found |= hinted(units, giving.__contains__)
        found |= {unit for unit, chains in own.items() if any(file in giving for one in chains for file in one)}
        if not giving.isdisjoint(given):
            found.update(unit for unit in units.files if units.language(unit) in TEMPLATES)
    imports = {unit: units.imports(unit) for unit, files in units.files.items() if units.glances[files[0]].imports}
    return above(found, imports) & units.files.keys()


def sources_of(candidates: Iterable[str], units: Units) -> dict[str, str]:
    """The Bicep files beside the JSON templates that Bicep's compiler wrote, where there are such."""
    found = {}
    for unit in candidates:
        if units.glances[units.files[unit][0]].generated:
            stem, folder = unit.removesuffix(".json"), posixpath.dirname(unit)
            # The quickstarts keep what main.bicep compiles to as azuredeploy.json.
            other = posixpath.join(folder, "main") if posixpath.basename(stem) == "azuredeploy" else stem
            source = next((s for s in (f"{stem}.bicep", f"{other}.bicep") if s in units.files), None)
            if source is not None:
                found[unit] = source
    return found


def named_by(candidates: Sequence[str], sources: Mapping[str, str], units: Units) -> dict[str, list[Chain]]:
    """The parameter files that name a template: with `using`, or by being called as it is.

    A template and what it was compiled to are deployed with the same files.
    """
    known = set(candidates)
    found: dict[str, list[Chain]] = {}
    for file in _files(units, "bicepparam"):
        if known.intersection(units.named(file)):
            path = _path(units.template(file), "using", file)
            if path in known:
                found.setdefault(path, []).append(_chain(file, units))
    stems = _stems(candidates, units)
    for file in _files(units, "armparams"):
        for unit in _called_as(file, stems):
            found.setdefault(unit, []).append((file,))
    for compiled, source in sources.items():
        both = sorted({*found.get(compiled, ()), *found.get(source, ())})
        if both and source in known:
            found[compiled] = found[source] = both
    return found


def chosen_for(
    entries: Sequence[str],
    sources: Mapping[str, str],
    named: Named,
    units: Units,
    given: Sequence[str],
    own: Mapping[str, Sequence[Chain]],
) -> tuple[dict[str, tuple[Chain, ...]], dict[str, str]]:
    """The parameter files of each entry, one deployment for each; and why files that were given fit nothing.

    Those given come first, then the entry's `own` ones by settings, then those that name the template. A JSON file in
    the template's folder, or in one for parameters below it, that names nothing belongs to the one template that
    declares all it gives.
    """
    asked: dict[str, list[Chain]] = {}
    why_not: dict[str, str] = {}
    for file in given:
        fits, why = _fitting(file, entries, named, units)
        for entry in fits:
            asked.setdefault(entry, []).append(_chain(file, units))
        if not fits:
            why_not[file] = why
    compiled = {other: own[source] for other, source in sources.items() if source in own}
    for entry, deployments in {**compiled, **own}.items():
        for deployment in deployments if entry not in asked else ():
            chain = tuple(dict.fromkeys(file for one in deployment for file in _chain(one, units)))
            asked.setdefault(entry, []).append(chain)
    found = {entry: list(named.get(entry, ())) for entry in entries}
    taken = {file for chains in named.values() for chain in chains for file in chain}
    for file in _files(units, "armparams"):
        homes = homes_of(file)
        at_home = [e for e in entries if file not in taken and e in units.files and units.folder(e) in homes]
        fits = [e for e in at_home if units.language(e) in TEMPLATES and not _missing(file, e, units)]
        if fits and len({sources.get(e, e) for e in fits}) == 1 and units.template(file).names:
            for entry in fits:
                found[entry].append((file,))
    return {entry: _chains(entry, asked.get(entry, []), found[entry], units) for entry in entries}, why_not


def _chains(entry: str, asked: list[Chain], found: list[Chain], units: Units) -> tuple[Chain, ...]:
    if units.language(entry) != "terraform":
        return tuple(dict.fromkeys(asked or sorted(found))) or ((),)
    beside_it = [f for f in _files(units, "tfvars") if posixpath.dirname(f) == entry]
    # Terraform loads these itself, in this order.
    own = sorted(f for f in beside_it if posixpath.basename(f) in ("terraform.tfvars", "terraform.tfvars.json"))
    own += sorted(f for f in beside_it if f.endswith((".auto.tfvars", ".auto.tfvars.json")))
    return tuple((*own, *chain) for chain in asked) or (tuple(own),)


def _fitting(file: str, entries: Sequence[str], named: Named, units: Units) -> tuple[list[str], str]:
    """The entries that a file that was given is for, else why there is none."""
    language = units.languages[file].name
    if language == "bicepparam" or any((file,) in chains for chains in named.values()):
        return [e for e in entries if any(chain[-1] == file for chain in named.get(e, ()))], ""
    kinds = ("terraform",) if language == "tfvars" else TEMPLATES
    others = [e for e in entries if units.language(e) in kinds]
    template = units.template(file)
    if any(notice.level == "error" for notice in template.notices):
        return others, ""  # nobody knows what it gives: it is read, and its errors are told
    missing = {entry: _missing(file, entry, units) for entry in others}
    if language == "tfvars":  # Terraform only warns of a variable that is not declared
        return [e for e in others if not missing[e] or len(missing[e]) < len(template.names)], ""
    fits = [entry for entry in others if not missing[entry]]
    nearest = min(others, key=lambda entry: len(missing[entry]), default=None)
    why = "" if fits or nearest is None else f": {nearest} declares no parameter {missing[nearest][0]}"
    return fits, why


def _missing(file: str, entry: str, units: Units) -> list[str]:
    """The parameters that a file gives and a template does not declare."""
    fold = units.language(entry) != "terraform"
    declared = {i.name.lower() if fold else i.name for f in units.files[entry] for i in units.template(f).inputs}
    given = [name.symbol for name in units.template(file).names]
    return [name for name in given if (name.lower() if fold else name) not in declared]


def _stems(candidates: Iterable[str], units: Units) -> dict[tuple[str, str], list[str]]:
    """Templates by folder and name without suffix, in lower case."""
    stems: dict[tuple[str, str], list[str]] = {}
    for unit in candidates:
        if units.language(unit) in TEMPLATES:
            stem = posixpath.splitext(posixpath.basename(unit))[0]
            stems.setdefault((posixpath.dirname(unit), stem.lower()), []).append(unit)
    return stems


def _called_as(file: str, stems: Mapping[tuple[str, str], list[str]]) -> list[str]:
    """The templates that a JSON file of parameters is called after: those with the longest stem."""
    name = posixpath.splitext(posixpath.basename(file))[0].lower()
    for folder in sorted(homes_of(file), key=len, reverse=True):
        own = folder == posixpath.dirname(file)
        for end in range(len(name), 0, -1):
            tail = name[end:]
            if (_TAIL.fullmatch(tail) if own else not tail or tail[0] in "._-") and (folder, name[:end]) in stems:
                return stems[folder, name[:end]]
    return []


def homes_of(file: str) -> set[str]:
    """The folders whose templates a parameter file may be for without saying so."""
    folder = posixpath.dirname(file)
    in_folder = posixpath.basename(folder).lower() in FOLDERS
    return {folder, posixpath.dirname(folder)} if in_folder else {folder}


def _files(units: Units, *languages: str) -> list[str]:
    return [file for file, language in units.languages.items() if language.name in languages]


def _chain(file: str, units: Units) -> Chain:
    """A parameter file behind those that it extends."""
    chain = [file]
    while len(chain) < MAX_CHAIN:
        base = _path(units.template(chain[-1]), "extends", chain[-1])
        if base is None or base in chain or base not in units.languages or units.languages[base].name != "bicepparam":
            break
        chain.append(base)
    return tuple(reversed(chain))


def _path(template: Template, key: str, file: str) -> str | None:
    found = template.requires.get(key)
    path = found.args[0] if found is not None and found.op is Op.LITERAL else None
    return beside(file, path) if isinstance(path, str) else None
