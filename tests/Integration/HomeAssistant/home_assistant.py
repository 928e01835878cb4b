"""What Home Assistant would do with the bridge's messages, as far as that can be had without it.

Each line of standard input is a request in JSON, each line of standard output its answer:

  {"schema": {}, "payload": {}}                      -> {"faults": ["path: what is wrong"]}
  {"template": "", "value": "", "variables": {}}     -> {"text": ""} or {"error": ""}
  {"yaml": ""}                                       -> {"value": ...} or {"error": ""}

Templates are rendered by a real Jinja2 in its sandbox, as Home Assistant does. Of Home Assistant's own filters and functions there are those that are used here, and
a name that is not defined is an error rather than nothing: a template with a misspelt name must not pass.
"""

import datetime
import json
import sys

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jsonschema import Draft202012Validator

# https://www.home-assistant.io/docs/configuration/templating/: what a template may give.
LONGEST_OUTPUT = 262_144


def to_json(value, ensure_ascii=False, pretty_print=False, sort_keys=False):
    """https://www.home-assistant.io/template-functions/to_json/: without ensure_ascii by orjson, which is compact."""
    if ensure_ascii:
        return json.dumps(value, ensure_ascii=True, indent=2 if pretty_print else None, sort_keys=sort_keys)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)


def environment():
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    made.filters["to_json"] = to_json
    made.filters["from_json"] = json.loads
    made.globals["now"] = datetime.datetime.now
    made.globals["states"] = lambda entity: "unknown"
    made.globals["is_state"] = lambda entity, state: False
    made.globals["state_attr"] = lambda entity, attribute: None
    return made


def render(jinja, request):
    variables = dict(request.get("variables") or {})
    if "value" in request:
        # As for the templates of MQTT: value_json is there if the value is JSON.
        variables["value"] = request["value"]
        try:
            variables["value_json"] = json.loads(request["value"])
        except ValueError:
            pass
    try:
        text = jinja.from_string(request["template"]).render(variables).strip()
    except Exception as error:  # Whatever it is, it is the answer.
        return {"error": f"{type(error).__name__}: {error}"}
    return {"text": text} if len(text) <= LONGEST_OUTPUT else {"error": "too long"}


def validate(request):
    validator = Draft202012Validator(request["schema"])
    return {
        "faults": [
            f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(request["payload"])
        ]
    }


def parse(request):
    try:
        return {"value": yaml.safe_load(request["yaml"])}
    except yaml.YAMLError as error:
        return {"error": str(error)}


def main():
    jinja = environment()
    for line in sys.stdin:
        request = json.loads(line)
        if "template" in request:
            answer = render(jinja, request)
        elif "yaml" in request:
            answer = parse(request)
        else:
            answer = validate(request)
        # ASCII only, so that no line end is one but its own.
        print(json.dumps(answer, default=str), flush=True)


main()
