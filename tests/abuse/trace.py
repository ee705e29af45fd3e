"""Markers drawn for one run, every way in which one may lie in bytes, and the search for them in files."""
import base64
import html
import json
import os
import pathlib
import random
import string
import subprocess
import tempfile
import urllib.parse

LETTERS = "".join(random.choice(string.ascii_lowercase) for _ in range(5)).capitalize() + "é" + random.choice("kxqz") + "Wj"
MAIL = LETTERS.replace("é", "e")  # what an address may hold
DIGITS = "".join(random.choice("123456789") for _ in range(10))
SHORTEST = len(LETTERS) + 3
TEMPORARY = sorted({"/tmp", "/var/tmp", "/dev/shm", "/run", tempfile.gettempdir()})
LARGEST = 256 << 20


def spellings(marker):
    """{name: bytes}: how a text may lie in a file.  Base64 has three: it depends on what stands before."""
    raw = marker.encode()
    found = {"UTF-8": raw, "percent": urllib.parse.quote(marker).encode(), "percent, small": urllib.parse.quote(marker).lower().encode(),
             "JSON": json.dumps(marker)[1:-1].encode(), "HTML": html.escape(marker).replace("é", "&#233;").encode(),
             "UTF-16LE": marker.encode("utf-16-le"), "UTF-16BE": marker.encode("utf-16-be"), "UTF-32": marker.encode("utf-32-le"),
             "Latin-1": marker.encode("latin-1"), "hexadecimal": raw.hex().encode(), "HEXADECIMAL": raw.hex().upper().encode(),
             "small letters": marker.lower().encode(), "capitals": marker.upper().encode(), "without accent": marker.replace("é", "e").encode(),
             "folded": marker.lower().replace("é", "e").encode(), "backwards": raw[::-1], "decomposed": marker.replace("é", "e\u0301").encode()}
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw)
        inner = whole[4 * (shift > 0) : len(whole) - 4]  # groups that no neighbour changes
        found[f"base64 at {shift}"] = inner
        found[f"base64url at {shift}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return {name: text for name, text in found.items() if len(text) >= 6}


PATTERNS = {text: f"{name} of {kind}" for kind, marker in (("a number", DIGITS), ("an address", MAIL), ("a text", LETTERS))
            for name, text in spellings(marker).items()}


def look(data):
    return [name for text, name in PATTERNS.items() if text in data]


def files_below(places, since):
    for place in places:
        for folder, _, names in os.walk(place, onerror=lambda e: None):
            for name in names:
                path = pathlib.Path(folder) / name
                try:
                    if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since and path.stat().st_size <= LARGEST:
                        yield path
                except OSError:
                    pass


def scan(paths):
    """(files, bytes, hits).  grep looks for all spellings in one pass; what it finds is named here."""
    paths, size, hits = list(paths), 0, []
    for path in paths:
        try:
            size += path.stat().st_size
        except OSError:
            pass  # temporary files come and go
    with tempfile.TemporaryDirectory() as folder:
        spelled = pathlib.Path(folder) / "spelled"
        spelled.write_bytes(b"\n".join(PATTERNS) + b"\n")
        said = subprocess.run(["xargs", "-0", "-r", "grep", "-sZlaF", "-f", str(spelled), "--"], check=False, stdout=subprocess.PIPE,
                              input=b"".join(bytes(path) + b"\0" for path in paths), env={**os.environ, "LC_ALL": "C"})
    for name in filter(None, said.stdout.split(b"\0")):
        path = pathlib.Path(os.fsdecode(name))
        hits += [f"{path.name}: {what}" for what in look(path.read_bytes()) or ["grep found it"]]
    return len(paths), size, hits
