"""Calling a callback as the renderer does."""

import json
from typing import Any

from flask.testing import FlaskClient

from tests.conftest import Running, csrf


def callbacks(running: Running) -> dict[str, dict[str, Any]]:
    """First output -> what the renderer is told of the callback."""
    return {each["output"].strip(".").split("...")[0]: each for each in running.told}


def call(running: Running, client: FlaskClient, name: str, values: dict[str, Any] | None = None, **extra: Any) -> Any:
    """Post to a callback as the renderer does; ``values`` by id, or by id and property where they differ."""
    told = callbacks(running)[name]
    values = values or {}

    def entry(spec: dict[str, Any]) -> dict[str, Any]:
        both = f"{spec['id']}.{spec['property']}"
        return {**spec, "value": values[both] if both in values else values.get(spec["id"])}

    outputs: list[Any] = []
    for part in told["output"].strip(".").split("..."):
        id_, _, property_ = part.rpartition(".")
        wild = links(client) if id_.startswith("{") else None
        one = {"id": id_, "property": property_}
        outputs.append(one if wild is None else [{"id": link, "property": property_} for link in wild])
    body = {
        "output": told["output"],
        "outputs": outputs if told["output"].startswith("..") else outputs[0],
        "inputs": [entry(each) for each in told["inputs"]],
        "changedPropIds": [f"{told['inputs'][0]['id']}.{told['inputs'][0]['property']}"],
        "state": [entry(each) for each in told.get("state", [])],
        **extra,
    }
    return client.post("/_dash-update-component", json=body, headers=csrf(client))


def links(client: FlaskClient) -> list[Any]:
    """The ids of the navigation's links, as this client's frame has them."""
    answer = client.get("/_dash-layout")
    ids: list[Any] = []
    if answer.status_code == 200:
        json.loads(answer.text, object_hook=lambda each: ids.append(each.get("id")) or each)
    return [each for each in ids if isinstance(each, dict)]


def show(running: Running, client: FlaskClient, search: str = "") -> Any:
    values = {"outcomes-address": search, "shell-theme-shown": "light"}
    return call(running, client, "outcomes-address.search", values)
