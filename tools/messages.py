"""messages.py — what msgfmt cannot know about the catalogues: named placeholders kept in every language, French that
was left in English, typography, and sentences of the sources that no catalogue holds.
Called by messages.sh with the messages of the sources and the catalogues; prints each fault, fails if there is one."""
import re
import sys
from pathlib import Path

NBSP = "\u00a0"
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
STRING = r'"((?:\\.|[^"\\])*)"'
# Literals of C that no reader meets on a page: details of errors and logs, the command line, checks of declared JSON.
UNSEEN = re.compile(r"\b(BUG|log_\w+|fprintf|printf|fputs|puts|strict_bad|load_bad|fail_msg|http_reply_header|buf_fmt|"
                    r"stage_fault|arena_fmt|rule_set_z|_Static_assert|STR)\s*\($")
UNSEEN_FILES = ("src/cli/", "src/main.c", "src/vault/", "src/lib/db/", "src/lib/http/", "src/lib/i18n/", "src/lib/doc/",
                "src/lib/crypt/", "src/lib/html/", "src/app/demo/", "src/rule/rule", "src/rule/cost.c",
                "src/rule/eligibility.c")


def unquote(s):
    return s.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\\\", "\\")


def entries(path):
    """(msgid, msgid_plural or None, [msgstr…]) of a catalogue."""
    for block in re.split(r"\n\s*\n", Path(path).read_text(encoding="utf-8")):
        found, key = {}, None
        for line in block.split("\n"):
            m = re.match(r'(msgid_plural|msgid|msgstr(?:\[\d\])?) "(.*)"$', line)
            if m:
                key = m[1]
                found[key] = unquote(m[2])
            elif key and line.startswith('"'):
                found[key] += unquote(line[1:-1])
        if found.get("msgid"):
            yield found["msgid"], found.get("msgid_plural"), [v for k, v in found.items() if k.startswith("msgstr")]


def faults_of(language, msgid, plural, said):
    wanted = sorted(PLACEHOLDER.findall(plural or msgid))
    for s in said:
        if not s:
            yield "no translation"
            continue
        has = sorted(PLACEHOLDER.findall(s))
        # One and two may be said in words instead of a figure.
        if has != wanted and not (plural and set(has) < set(wanted)):
            yield f"placeholders {' '.join(has) or 'none'} instead of {' '.join(wanted) or 'none'}"
        if language == "fr":
            yield from french(msgid, s)
        elif re.search(r"[A-Za-z]{4,}", PLACEHOLDER.sub("", s)) and not re.search(r"[\u0600-\u06ff]", s):
            yield "no Arabic"


def french(msgid, s):
    # One word may be the same ("Total"); a sentence is not.
    if s == msgid and len(re.findall(r"\w+", PLACEHOLDER.sub("", s))) > 1:
        yield "the same as the English"
    if "'" in s:
        yield "straight apostrophe"
    if re.search(rf"[^{NBSP}][;?!»]| [:%€]", s):
        yield "no-break space missing before a mark"
    if re.search(rf"«(?!{NBSP})", s):
        yield "no-break space missing after «"


def literals(text):
    """(line, string, what stands before it) of each literal of a C source."""
    token = re.compile(rf'/\*.*?\*/|//[^\n]*|^\s*#[^\n]*|{STRING}|\'(?:\\.|[^\'\\])*\'|[^\s"]', re.S | re.M)
    before, lines, parts, start = "", 1, [], 0
    last = 0
    for m in token.finditer(text):
        lines += text.count("\n", last, m.start())
        last = m.start()
        if m[1] is not None:
            if not parts:
                start = lines
            parts.append(m[1])
            continue
        if m[0][:2] in ("/*", "//"):
            continue
        if parts:
            yield start, unquote("".join(parts)), before
            parts = []
        before = (before + m[0])[-200:]


def unmarked(msgids):
    """Sentences that a page may show and that no catalogue holds: they want N_(…) or a keyword in messages.sh."""
    for path in sorted(Path("src").rglob("*.c")):
        name = str(path)
        if re.search(r"_(test|testing|bench|stub|fixture|hello)\.c$", name) or name.startswith(UNSEEN_FILES):
            continue
        for line, s, before in literals(path.read_text(encoding="utf-8")):
            if s in msgids or not re.match(r"[“A-Z][\w’' ]*[ ].*[.?:]$", s):
                continue
            # The fourth argument of FAIL and what follows is for the log.
            if UNSEEN.search(before) or re.search(r"(strict_bad|load_bad)\([^;]*$", before) or ".message=" in before[-10:]:
                continue
            yield f"{name}:{line}: not marked: {s}"


def main(pot, *catalogues):
    found = []
    for path in catalogues:
        language = Path(path).stem
        for msgid, plural, said in entries(path):
            found += [f"locale/{language}.po: {fault}: {msgid}" for fault in faults_of(language, msgid, plural, said)]
    msgids = set()
    for msgid, plural, _ in entries(pot):
        msgids |= {msgid, plural}
    found += unmarked(msgids)
    print("".join(f"{f}\n" for f in found), end="")
    return 1 if found else 0


sys.exit(main(*sys.argv[1:]))
