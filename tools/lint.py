"""lint.py — the rules of the house that no compiler knows: layers, sizes, banned functions, words of one language
inside another, paths of a machine, directions of a screen.  Prints one line a rule, and each place that breaks it.
Writes "PASSED FAILED" (rules) as its last line."""
import re
import subprocess
import sys
from pathlib import Path

FILE_SOFT, FILE_HARD = 500, 800
FUNCTION_MAX = 50

# What a folder may include beside itself and the folders that it lists here (those of Meson, written once more:
# a wrong include path in a build file must not pass unseen).
LIBS = ["base", "guard", "json", "policy", "crypt", "seckey", "db", "http", "i18n", "password", "html", "form", "doc"]
ALLOWED = {
    "src/lib/base": [],
    "src/lib/guard": ["base"],
    "src/lib/json": ["base"],
    "src/lib/policy": ["base"],
    "src/lib/crypt": ["base"],
    "src/lib/seckey": ["base", "json", "crypt"],
    "src/lib/db": ["base"],
    "src/lib/http": ["base"],
    "src/lib/i18n": ["base"],
    "src/lib/password": ["base", "crypt", "i18n"],
    "src/lib/html": ["base", "i18n"],
    "src/lib/form": ["base", "json", "policy", "i18n", "html"],
    "src/lib/doc": ["base", "i18n"],
    "src/rule": ["base", "json", "policy", "form", "i18n"],
    "src/vault": ["base", "guard", "json", "policy", "crypt", "seckey"],
    "src/cli": LIBS + ["src/rule", "src/vault", "src/app"],
    "src": LIBS + ["src/rule", "src/vault", "src/app", "src/cli"],
}
# A feature of src/app sees every library, the core, and these headers of the other features.
APP_SEES = LIBS + ["src/rule", "src/vault", "src/app/core"]
APP_PUBLIC = {"kase.h", "facts.h", "heads.h", "match.h", "names.h", "seal.h", "store.h", "case_web.h", "case_view.h",
              "object.h", "measure.h", "check.h", "alert.h", "demo/fill.h"}

BANNED = r"\b(strcpy|strcat|sprintf|vsprintf|strtok|gets|atoi|atol|atoll|atof|gmtime|localtime|alloca|rand|mktemp|tmpnam|system)\s*\("
# What lives as long as the process: heads, names, staff, workers.  Everything else is of one request.
APP_HEAP = {"heads.c", "names.c", "staff.c", "worker.c"}
BANNED_IN_APP = r"\b(malloc|calloc|realloc|free|strdup|time|fopen|printf)\s*\("
SQL = r"^\s*(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+TABLE\s)"
TAG = r"</?(a|b|p|i|em|br|td|tr|th|ul|ol|li|dl|dt|dd|div|span|form|input|button|label|table|strong|section|h[1-6])\b[^>]*>"
# A direction of the screen as a CSS property or value.
SIDES = r"(^|[\s;{])((margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right|top|bottom)[\w-]*|left|right|top|bottom|width|height|(min|max)-(width|height)|border-(top|bottom)-(left|right)-radius)\s*:|(text-align|float|clear)\s*:\s*(left|right)\b"
# French of a form or a list: a space before : ; ? ! and inside « » that may end a line.
FRENCH = r'"fr"\s*:\s*"(?:[^"\\]|\\.)*?( [:;?!»]|« )'
# What is typed into a POST form without it, browsers write to their history (docs/adr/0024).  Fields of a sign-in say their own.
POST_FORM = r'<form\b(?=[^>]*method="post")(?![^>]*autocomplete="off")[^>]*>'
# Folders where a program keeps its own files on somebody's machine.
MACHINE = r"(^|[\s\"'(=])/(work|root|home/\w+|Users/\w+)/"


def tracked(*patterns):
    """Files that git knows or would take."""
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *patterns],
                         capture_output=True, check=True).stdout.decode()
    return [Path(p) for p in sorted(set(out.split("\0"))) if p and Path(p).is_file()]


def without_comments(text):
    """The text with comments blanked, lines kept; and the same with strings blanked too."""
    token = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', re.S)
    blank = lambda s: re.sub(r"[^\n]", " ", s)
    plain = token.sub(lambda m: m[0] if m[0][0] in "\"'" else blank(m[0]), text)
    return plain, token.sub(lambda m: '""' if m[0][0] in "\"'" else blank(m[0]), text)


class Lint:
    def __init__(self):
        self.passed = self.failed = 0
        self.c = {p: p.read_text(errors="replace") for p in tracked("src/**/*.c", "src/**/*.h", "src/*.c", "src/*.h",
                                                                  "tools/**/*.c", "tools/**/*.h", "tests/**/*.c",
                                                                  "tests/**/*.h")}
        self.bare = {p: without_comments(t) for p, t in self.c.items()}

    def rule(self, name, findings, note=""):
        if findings:
            self.failed += 1
            print(f"FAILED {name}: {len(findings)} found")
            for f in findings[:60]:
                print(f"  {f}")
        else:
            self.passed += 1
            print(f"ok {name}{note}")

    def grep(self, texts, pattern):
        found = []
        regex = re.compile(pattern)
        for path, text in texts:
            for i, line in enumerate(text.split("\n"), 1):
                if regex.search(line):
                    found.append(f"{path}:{i}: {line.strip()[:100]}")
        return found

    def layers(self):
        homes = {}
        for p in self.c:
            if p.suffix == ".h":
                homes.setdefault(p.name, []).append(str(p.parent))
        found = []
        sources = [(p, t[0]) for p, t in self.bare.items()]
        sources += [(p, p.read_text()) for p in tracked("src/**/*.html")]
        for path, text in sources:
            folder = str(path.parent)
            if not folder.startswith("src"):
                continue
            is_test = "_test" in path.name or "_fixture" in path.name
            for m in re.finditer(r'(?:#include|\{\{ include) "([^"]+)"', text):
                where = homes.get(m[1].split("/")[-1], [])
                if not where or folder in where or is_test:
                    continue
                if not any(self.may(folder, home, m[1]) for home in where):
                    found.append(f"{path}: {folder} may not include {where[0]}/{m[1]}")
        self.rule("layers", found)

    @staticmethod
    def may(folder, home, header):
        if folder.startswith("src/app/"):
            allowed = APP_SEES
            if home.startswith("src/app/") and header in APP_PUBLIC | {home.split("/")[-1] + ".h"}:
                return True
        else:
            allowed = ALLOWED.get(folder, [])
        return any(home == a or home.startswith(a + "/") or home == "src/lib/" + a for a in allowed)

    def sizes(self):
        big, soft = [], []
        for path, text in self.c.items():
            n = text.count("\n")
            if n > FILE_HARD:
                big.append(f"{path}: {n} lines (at most {FILE_HARD})")
            elif n > FILE_SOFT:
                soft.append(f"{path} {n}")
        self.rule("files of at most 800 lines", big, f" ({len(soft)} over 500: {', '.join(soft)})" if soft else "")
        big = []
        for path, (_, text) in self.bare.items():
            lines = text.split("\n")
            start = None
            for i, line in enumerate(lines):
                if line == "{":
                    start = i
                elif line == "}" and start is not None:
                    name = re.search(r"(\w+)\s*\(", " ".join(lines[max(0, start - 4):start]).split(";")[-1])
                    what = f"{path}:{start + 1} {name[1] if name else ''} {i - start - 1}"
                    if i - start - 1 > FUNCTION_MAX:
                        big.append(what)
                    start = None
        self.rule(f"functions of at most {FUNCTION_MAX} lines", big)

    def code(self):
        code = [(p, t[1]) for p, t in self.bare.items() if not str(p).startswith("tests/")]
        self.rule("banned functions", self.grep([x for x in code if not re.search("_(test|bench)", x[0].name)], BANNED))
        app = [x for x in code if str(x[0]).startswith("src/app/") and "_test" not in x[0].name and x[0].name not in APP_HEAP]
        self.rule("no heap, clock or streams in src/app", self.grep(app, BANNED_IN_APP))
        strings = []
        for path, (text, _) in self.bare.items():
            if str(path).startswith("src/app/") and "_test" not in path.name:
                kept = "\n".join(" ".join(re.findall(r'"((?:\\.|[^"\\])*)"', line)) for line in text.split("\n"))
                strings.append((path, kept))
        self.rule("SQL only in .sql files", self.grep(strings, SQL))
        self.rule("HTML only in templates", self.grep(strings, TAG))

    def texts(self):
        texts = []
        for p in tracked("."):
            if p.parts[0] in ("data", "node_modules") or p.name in ("lint.py", "package-lock.json"):
                continue
            try:
                texts.append((p, p.read_text()))
            except UnicodeDecodeError:
                continue
        self.rule("nothing left to do in the source", self.grep(texts, r"(?<![\"'\w])(TODO|FIXME)(?![\"'\w])"))
        self.rule("no paths of one machine", self.grep(texts, MACHINE))
        css = [(p, re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), t, flags=re.S))
               for p, t in texts if p.suffix == ".css"]
        css = [(p, re.sub(r"@media[^{]*", "@media ", t)) for p, t in css]
        self.rule("CSS without sides of the screen", self.grep(css, SIDES))
        html = [(p, t) for p, t in texts if p.suffix == ".html" and str(p).startswith("src/")]
        self.rule("no style attributes", self.grep(html, r"\sstyle="))
        whole = [(p, re.sub(r"{{.*?}}", "", t)) for p, t in html]  # an expression may hold a '>'
        self.rule('POST forms say autocomplete="off"', self.grep(whole, POST_FORM))
        forms = [(p, p.read_text()) for p in tracked("forms/*.json", "data/**/*.json", "data/*.json", "programmes/*.json")]
        self.rule("no-break spaces in the French of forms and lists", self.grep(forms, FRENCH))


lint = Lint()
lint.layers()
lint.sizes()
lint.code()
lint.texts()
print(lint.passed, lint.failed, file=open(sys.argv[1], "w") if len(sys.argv) > 1 else sys.stdout)
