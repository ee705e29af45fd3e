"""The four scanners: how each is called, how long it may take, and how what it says is read.

Each returns (good, why): its findings of medium or above, but those in ACCEPTED, each with the reason why it is none."""
import contextlib
import csv
import json
import os
import re
import signal
import subprocess
import urllib.parse

WAPITI_SECONDS, WAPITI_EACH = 420, 14
SQLMAP_SECONDS = 180
TESTSSL_SECONDS = 420
SLOW_SECONDS, SLOW_CONNECTIONS, SLOW_RATE = 35, 1000, 200
SERIOUS = {"MEDIUM", "HIGH", "CRITICAL", "WARN", "FATAL"}  # WARN: testssl could not do a test; nothing may hide behind that

PUBLIC_FORM = "a form without a session has no token to bind to: it is refused when Origin or Sec-Fetch-Site tell of another site"
# (scanner, finding) → why it is none here.
ACCEPTED = {
    ("testssl", "cert_revocation"): "the authority of this test publishes no list of what it revoked: it lives for one run",
    ("testssl", "DNS_CAArecord"): "localhost has no records in the DNS",
    ("wapiti", "Cross Site Request Forgery: POST /sign-in"): PUBLIC_FORM,
    ("wapiti", "Cross Site Request Forgery: POST /signaler/formulaire"): PUBLIC_FORM,
    ("wapiti", "Cross Site Request Forgery: POST /recover"): PUBLIC_FORM,
    ("wapiti", "X-XSS-Protection is not set"): "a filter that browsers took out, and that could be turned against a page; the policy of scripts stands for it",
    ("testssl", "BREACH"): "a page with a secret answers no request that another site made (SameSite=Strict), and its token differs each time",
    ("testssl", "engine_problem"): "of the openssl that the scanner itself runs on: it cannot offer GOST",
}


def bounded(words, seconds, folder, env=None):
    """(exit status, what it said); None when it was still running and was ended, with all that it had started."""
    out = folder / f"{os.path.basename(words[0])}-{len(list(folder.iterdir()))}.txt"
    with open(out, "wb") as log:
        run = subprocess.Popen(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                               cwd=folder, env={**os.environ, "HOME": str(folder), **(env or {})}, start_new_session=True)
        try:
            status = run.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
            run.wait()
    return status, out.read_text(errors="replace")


def base(house):
    return f"https://127.0.0.1:{house.port}"


# ---- wapiti ----

# Debian's wapiti 3.0.4 cannot translate its own exclusions under Python 3.11; without them it signs itself out.
WAPITI = """
import fnmatch, re
from wapitiCore.main import wapiti
from wapitiCore.net import crawler
crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
wapiti.wapiti_main()
"""


def wapiti(house, folder, who, start, name):
    """who: signed in, or None for a stranger.  It grades nothing that its modules find: whatever they say counts."""
    report = folder / f"wapiti-{name}.json"
    words = ["/usr/bin/python3", "-c", WAPITI, "-u", base(house) + start, "--scope", "domain", "-m", "all,-brute_login_form,-buster,-nikto,-wapp", "-f", "json",
             "-o", report, "--verify-ssl", 0, "--store-session", folder / f"wapiti-{name}", "--store-config", folder / "wapiti-config",
             "--max-scan-time", WAPITI_SECONDS // 6, "--max-attack-time", WAPITI_EACH, "--max-links-per-page", 40,
             "--max-files-per-dir", 12, "-d", 6, "--flush-session", "--no-bugreport", "-t", 15, "-v", 1]
    for path in ("/sign-out", "/quick-exit", "/account/sessions/end", "/colleagues/end"):
        words += ["-x", base(house) + path + "*"]
    if who:
        words += ["-H", f"Cookie: {who.cookie_header()}"]
    status, said = bounded(words, WAPITI_SECONDS, folder)
    if not report.exists():
        return False, f"no report (status {status}): {said[-300:]}", said
    told = json.loads(report.read_text())
    wrong = []
    for kind in ("vulnerabilities", "anomalies"):
        for what, found in told[kind].items():
            wrong += [f"{what}: {f['method']} {f['path']} {f.get('parameter')} {f['info'][:120]}" for f in found
                      if ("wapiti", f"{what}: {f['method']} {f['path']}") not in ACCEPTED and ("wapiti", f["info"]) not in ACCEPTED]
    return not wrong, wrong[:6], said


# ---- sqlmap ----

# Its verdict: what only «appears to be injectable» it tries again, and says when that was nothing.
INJECTABLE = re.compile(r".* is vulnerable\..*|.*identified the following injection point.*")


def sqlmap(house, folder, town, target):
    """Level 5, risk 3, every technique, one thread.  True or False with what it said; None when time was out."""
    out = folder / f"sqlmap-{len(list(folder.iterdir()))}"
    who = town.who(target.login) if target.login else None
    words = ["sqlmap", "-u", base(house) + target.path, "--batch", "--level", 5, "--risk", 3, "--threads", 1, "--technique", "BEUSTQ",
             "--dbms", "sqlite", "--keep-alive", "--flush-session", "--output-dir", out, "--disable-coloring", "--timeout", 20,
             "--retries", 1, "--ignore-code", "*", "--skip-waf"]
    words += ["-p", target.parameter] if target.parameter else []
    words += ["--data", urllib.parse.urlencode(target.pairs)] if target.pairs else []
    words += ["--eval", target.evaluate] if target.evaluate else []
    words += ["--cookie", who.cookie_header()] if who else []
    for header in target.headers:
        words += ["-H", header]
    status, said = bounded(words, SQLMAP_SECONDS, folder)
    found = INJECTABLE.search(said)
    if found:
        return False, found[0]
    if status is None:
        return None, "still at it when its time was over"
    return "do not appear to be injectable" in said, said[-300:]


# ---- slowhttptest ----

SLOW_MODES = {"slow heads": ["-H", "-i", 5], "slow bodies": ["-B", "-i", 5, "-s", 8192, "-t", "POST"],
              "ranges": ["-R", "-a", 1, "-b", 3000, "-t", "HEAD"], "slow reading": ["-X", "-w", 1, "-y", 64, "-n", 3, "-z", 8, "-k", 3]}


def slowhttptest(house, folder, mode):
    """(connections opened at the most, what it said).  Whether others were served is for the honest client to say: the tool's
    own probe comes from the address that attacks, which has its limit."""
    prefix = folder / mode.replace(" ", "-")
    path = "/signaler/formulaire" if mode == "slow bodies" else "/signaler"
    status, said = bounded(["slowhttptest", *SLOW_MODES[mode], "-c", SLOW_CONNECTIONS, "-r", SLOW_RATE, "-l", SLOW_SECONDS, "-p", 3, "-g",
                            "-o", prefix, "-u", base(house) + path, "-v", 1], SLOW_SECONDS * 4, folder)
    table = prefix.with_suffix(".csv")
    rows = list(csv.reader(table.open())) if table.exists() else []
    counts = [sum(int(cell) for cell in row[1:4]) for row in rows[1:] if len(row) >= 5]
    return max(counts, default=0), f"status {status}: {said[-300:]}"


# ---- testssl.sh ----

def testssl(house, folder):
    report = folder / "testssl.json"
    status, said = bounded(["testssl", "--quiet", "--warnings", "off", "--color", 0, "--ip", "127.0.0.1", "--nodns", "none", "--jsonfile",
                            report, "--hints", "--add-ca", house.base / "ca.pem", f"https://localhost:{house.port}/signaler"], TESTSSL_SECONDS, folder)
    if not report.exists():
        return False, f"no report (status {status}): {said[-300:]}", 0
    told = json.loads(report.read_text())
    wrong = [f"{f['id']}: {f['severity']}: {f['finding'][:120]}" for f in told if f["severity"] in SERIOUS and
             ("testssl", f["id"].split(" ")[0]) not in ACCEPTED]
    if status is None:
        wrong.append("still at it when its time was over")
    return not wrong, wrong[:8], len(told)
