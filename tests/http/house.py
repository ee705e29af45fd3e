"""A house of one's own: a data directory with accounts of every role, and `rivage serve` on it.

On SQLite, or on a PostgreSQL of its own (tests/pg.sh).  Everything lives below one new folder in the temporary
folder and goes with it; only processes started here are ended, by their number.  $BUILD is the build folder;
with $VALGRIND=1 web and vault run under valgrind, and everything may take longer."""
import base64
import hashlib
import hmac
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

import client

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
SLOWER = 15 if os.environ.get("VALGRIND") else 1  # how many times more patience than the program needs
PASSWORD = "seven yellow boats at dawn"
CLOCK = "2018-05-14T09:00"  # inside the programme's dates
TODAY = CLOCK[:10]


def program(name="rivage"):
    places = {"rivage": ["rivage", "src/cli/rivage"], "people": ["tests/people"]}[name]
    for place in places:
        if (BUILD / place).exists():
            return str(BUILD / place)
    raise SystemExit(f"{BUILD}/{places[0]} is not built")


CONTROLS = bytes(c if 32 <= c != 127 else ord(".") for c in range(256))


def legible(dump):
    """Behind each row what its blobs say to who reads them as text: a dump has them in hexadecimal, where no word is found."""
    def line(text):
        blobs = [bytes.fromhex(h[1]).translate(CONTROLS).decode(errors="replace") for h in re.finditer(r"(?:X'|'\\x)([0-9A-Fa-f]{6,})'", text)]
        return text + " -- " + re.sub("[\x85\u2028\u2029]", ".", " ".join(blobs)) if blobs else text

    return "\n".join(line(text) for text in dump.split("\n"))


class Account:
    """Draws codes so that each is used once, waiting for the next half minute only when it must."""

    def __init__(self, login, role, office, secret, used=0):
        self.login, self.role, self.office, self.secret, self.used = login, role, office, secret, used

    def code_at(self, step):
        key = base64.b32decode(self.secret + "=" * (-len(self.secret) % 8))
        mac = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
        at = mac[-1] & 15
        return "%06d" % ((struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF) % 1000000)

    def code(self):
        """A code not used before: of the last half minute, this one, or the next (the server takes all three).
        Under valgrind the first would be too old by the time it is looked at."""
        now = int(time.time() + 1) // 30
        self.used = max(self.used + 1, now - (SLOWER == 1))
        while self.used > int(time.time()) // 30 + 1:
            time.sleep(0.5)
        return self.code_at(self.used)


class House:
    """unlimited: a demonstration whose people may open as many files as they like, for campaigns.
    later_start: made, and not yet served.
    tls: (certificate, key, context of its clients), made in a folder that is given, once it exists."""

    def __init__(self, database=None, clock=CLOCK, unlimited=False, later_start=False, tls=None):
        self.unlimited, self.later_start, self.environment, self.before = unlimited, later_start, {}, []
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="rivage-test-"))
        self.base.chmod(0o755)  # PostgreSQL's own user must pass
        self.data, self.key, self.log = self.base / "data", self.base / "key", self.base / "log"
        self.tls = tls(self.base) if tls else None
        self.sessions, self.clock, self.accounts, self.process, self.database, self.pg = {}, clock, {}, None, None, None
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        if database == "postgresql":
            self.pg = self.base / "pg"
            self.database = subprocess.run([str(ROOT / "tests/pg.sh"), "start", str(self.pg)], check=True, text=True,
                                           stdout=subprocess.PIPE).stdout.strip()

    def __enter__(self):
        try:
            self.make()
            if not self.later_start:
                self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        if self.pg:
            subprocess.run([str(ROOT / "tests/pg.sh"), "stop", str(self.pg)], check=False)
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.base, ignore_errors=True)

    def command(self, *words, check=True):
        with open(self.base / "log-commands", "ab") as log:
            return subprocess.run([str(w) for w in words], check=check, text=True, stdout=subprocess.PIPE, stderr=log)

    def make(self):
        (self.base / "password").write_text(PASSWORD + "\n")
        where = ["--database", self.database] if self.database else []
        said = self.command(program(), "init", self.data, "--key-file", self.key, "--login", "coo", "--name", "A. Martin",
                            "--password-file", self.base / "password", *(["--demonstration"] if self.unlimited else []),
                            *where).stdout
        totp = dict(line.split(None, 1) for line in said.splitlines())["secret"].strip()
        raw = base64.b32decode(totp + "=" * (-len(totp) % 8)).hex()
        for line in self.command(program("people"), self.data, self.key, "coo", PASSWORD, raw,
                                 *([self.database] if self.database else [])).stdout.splitlines():
            login, role, office, secret = line.split()
            self.accounts[login] = Account(login, role, office, secret)
        # `people` drew the coordinator's next code at some moment up to now: counted from before, a half minute could end in between
        self.accounts["coo"] = Account("coo", "COO", "PARIS", totp, int(time.time()) // 30 + 1)

    def start(self, sealed=False, later=None):
        """later: seconds by which the machine's own clock runs ahead (tests/later.c)."""
        words = [program(), "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}"]
        words += [] if sealed else ["--key-file", self.key]
        words += ["--budgets", "0,0,0,0,0"] if self.unlimited else []
        words += ["--clock", self.clock] if self.clock else []
        words += ["--database", self.database] if self.database else []
        words += ["--tls-cert", self.tls[0], "--tls-key", self.tls[1]] if self.tls else []
        if SLOWER > 1:
            words = [sys.executable, ROOT / "tests/http/apart.py", self.base] + words
        words = self.before + words
        env = os.environ | self.environment
        if later is not None:
            (self.base / "later").write_bytes(struct.pack("=q", later))
            env |= {"LD_PRELOAD": str(BUILD / "tests/liblater.so"), "RIVAGE_TEST_LATER": str(self.base / "later"),
                    "ASAN_OPTIONS": env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(w) for w in words], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env,
                                            process_group=0)  # as a terminal starts it: Ctrl-C is for all of it
        self.wait()

    def wait(self, seconds=20):
        until = time.monotonic() + seconds * SLOWER
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"serve ended with {self.process.returncode}: {self.log.read_text()[-600:]}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("serve does not listen")

    def stop(self):
        if not self.process:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20 * SLOWER)
            except subprocess.TimeoutExpired:
                for child in self.children().values():
                    os.kill(child, signal.SIGKILL)
                self.process.kill()
                self.process.wait()
        self.process = None

    def children(self):
        """{"vault": pid, "web": pid}: the processes that this supervisor started."""
        found = {}
        listed = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in listed:
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            for name in ("vault", "web"):
                if b"_" + name.encode() in words:
                    found[name] = int(pid)
        return found

    def valgrind_said(self):
        """What valgrind found in the processes that have ended: (how many ran, text)."""
        logs = list(self.base.glob("valgrind.*"))
        text = "".join(log.read_text() for log in logs)
        # Landlock is younger than valgrind 3.19, which then answers for the kernel that there is none.
        return len(logs), re.sub(r"--\d+-- WARNING: unhandled amd64-linux syscall: 444\n(--\d+-- .*\n){4}", "", text)

    def visitor(self, language="en", source=None):
        return client.Browser(self.port, language, source, 30 * SLOWER, self.tls and self.tls[2])

    def sign_in(self, login, language="en", source=None, fresh=False):
        """A browser of this person's, in the session she has or a new one: codes come only every half minute."""
        who, account = self.visitor(language, source), self.accounts[login]
        who.prove = lambda: (PASSWORD, account.code())
        if not fresh and login in self.sessions:
            who.cookies = dict(self.sessions[login])
            if who.get("/account").status == 200:
                return who
            who.cookies = {}
        reply = who.post("/sign-in", [("login", login), ("password", PASSWORD), ("code", account.code()), ("back", "/")])
        if reply.status != 303:
            raise RuntimeError(f"{login} cannot sign in: {reply.status} {reply.text[-300:]}")
        if not fresh:
            self.sessions[login] = dict(who.cookies)
        return who

    def audit(self, *more):
        return self.command(program(), "audit", "verify", self.data, *more, check=False)

    def dump(self):
        """Everything in the database, as text: to see whether something changed, or what can be read in it."""
        if self.database:
            with open(self.base / "log-commands", "ab") as log:
                text = subprocess.run(["pg_dump", "--data-only", "--inserts", self.database], check=True, stderr=log,
                                      stdout=subprocess.PIPE).stdout.decode()
            return legible(re.sub(r"(?m)^\\(un)?restrict .*$", "", text))  # a random word of each dump
        link = sqlite3.connect(f"file:{self.data}/rivage.db?mode=ro", uri=True, timeout=10)
        try:
            return legible("\n".join(link.iterdump()))
        finally:
            link.close()

    def rows(self, table):
        return sum(line.startswith(f"INSERT INTO {q}") for line in self.dump().splitlines()
                   for q in (f'"{table}" ', f"{table} ", f"public.{table} "))
