"""The description of the API as a page needs it: groups of operations, each with its scope, parameters and answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.ground.rest.access import Token
from linli.site.api.root import api

GROUPS = {
    "token": gettext_lazy("The token itself"),
    "places": gettext_lazy("Places and doors"),
    "register": gettext_lazy("Households and persons"),
    "operations": gettext_lazy("Operations"),
    "gates": gettext_lazy("Gates"),
    "imports": gettext_lazy("Imports"),
}


def scopes() -> dict[str, str]:
    """Operation id → the scope that it takes; empty where any token will do."""
    found = {}
    for bound in api._get_bound_routers():  # the only way to the operations as they are mounted
        for view in bound.path_operations.values():
            for one in view.operations:
                guard = next((auth for auth in one.auth_callbacks if isinstance(auth, Token)), None)
                found[one.operation_id or ""] = guard.scope if guard is not None else ""
    return found


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Groups of operations in the order of :data:`GROUPS`; a group that is new comes last under its own name."""
    taken = scopes()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            tag = (one.get("tags") or [""])[0]
            groups.setdefault(tag, []).append(
                {
                    "id": one["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": _(one["summary"]),
                    "scope": taken.get(one["operationId"], ""),
                    "parameters": [_parameter(p) for p in one.get("parameters", [])],
                    "body": _body(one, schema),
                    "statuses": sorted(int(status) for status in one["responses"]),
                }
            )
    order = [*GROUPS, *sorted(groups.keys() - GROUPS.keys())]
    return [{"tag": tag, "title": GROUPS.get(tag, tag), "items": groups[tag]} for tag in order if tag in groups]


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": given["name"],
        "where": given["in"],
        "type": _type(given.get("schema", {})),
        "required": given.get("required", False),
    }


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return str(schema.get("format") or schema.get("type") or "")


def _body(operation: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of what is sent, with their types."""
    content = operation.get("requestBody", {}).get("content", {})
    for kind, one in content.items():
        shape = one["schema"]
        if "$ref" in shape:
            shape = schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]]
        required = set(shape.get("required", []))
        return [
            {"name": name, "type": _type(field), "required": name in required, "where": kind}
            for name, field in shape.get("properties", {}).items()
        ]
    return []
