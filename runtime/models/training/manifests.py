"""Writes model.conf: what a model directory holds, with sizes and SHA-256 of its files."""
import hashlib
import json

LICENCE = "Apache-2.0"
VERSION = "1"
ROLES = {".onnx": "model", "tokenizer.json": "tokenizer"}


def role(path):
    return ROLES.get(path.name) or ROLES.get(path.suffix) or "data"


def hocon(value, indent=0):
    """A value as HOCON that is also easy to read."""
    pad = "  " * indent
    if isinstance(value, dict):
        lines = [f"{pad}  {k} = {hocon(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + "\n".join(lines) + f"\n{pad}}}"
    if isinstance(value, (list, tuple)):
        if any(isinstance(v, dict) for v in value):
            items = [f"{pad}  {hocon(v, indent + 1)}" for v in value]
            return "[\n" + "\n".join(items) + f"\n{pad}]"
        return "[" + ", ".join(hocon(v) for v in value) + "]"
    return json.dumps(value)


def write_manifest(folder, title, kind, memory, precision, capabilities, fallbacks, load_order, extra):
    """model.conf of a directory whose other files are all there."""
    files = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "model.conf"):
        data, file = path.read_bytes(), path.relative_to(folder).as_posix()
        name = file.replace("/model.onnx", "").replace(".onnx", "").replace("/", "-").replace(".json", "")
        files.append({"name": name, "role": role(path), "file": file,
                      "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)})
    fields = {
        "id": folder.name, "version": VERSION, "kind": kind, "licence": LICENCE, "memory": memory,
        "batch-invariant": False, "precision": precision, "capabilities": capabilities, "fallbacks": fallbacks,
        "load-order": load_order, "files": files, **extra,
    }
    body = "\n".join(f"{k} = {hocon(v)}" for k, v in fields.items())
    (folder / "model.conf").write_text(f"# {title}\n# Written by training/export.py.\n{body}\n", "utf-8")
