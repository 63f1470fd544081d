"""Python's protobuf and the fixtures of tests/Golden: each file is parsed, and said again as bytes and as JSON.

    golden.py FOLDER

prints one line of JSON: {"values/Float.json": {"bytes": BASE64, "json": TEXT}, ...}
"""
import base64
import json
import pathlib
import sys

from google.protobuf import json_format

from wire import gateway


def message_of(name):
    """What a file holds is told by its place, as the README there says."""
    if name.startswith("values/"):
        return gateway.MxValue()
    if name.startswith("events/"):
        return gateway.MxEvent()
    if name.endswith(".command.json"):
        return gateway.MxCommand()
    if name.endswith(".reply.json"):
        return gateway.MxCommandReply()
    raise ValueError(f"tests/Golden/README.md does not say what {name} holds")


def said_again(name, text):
    message = json_format.Parse(text, message_of(name))
    data = message.SerializeToString(deterministic=True)
    back = type(message).FromString(data)
    if back != message:
        raise ValueError(f"{name} is another message after a way over the wire")
    return {"bytes": base64.b64encode(data).decode(), "json": json_format.MessageToJson(back)}


def main():
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.rglob("*.json"))
    print(json.dumps({name: said_again(name, file.read_text(encoding="utf-8")) for file in files for name in [file.relative_to(folder).as_posix()]}))


if __name__ == "__main__":
    main()
