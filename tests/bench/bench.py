#!/usr/bin/env python3
"""bench.py [--cases N] [--seconds S] [--connections C] [--database URL] — the four operations of docs/performance.md.

Makes a data directory, fills it with N referrals of about 40 answers through the public pages' own handler (so the
filling is itself the measure of "create"), then reads, lists 50, searches and creates again.  The server runs on
core 0 (with its vault), wrk on core 1.  Prints one line per operation: requests a second, p50, p99, processor time
per request of all processes, bytes, and memory.  Every load loop is bounded.  Loopback only."""
import argparse
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "http"))
from client import Browser  # noqa: E402
from fill import fill, pairs  # noqa: E402
import urllib.parse  # noqa: E402

PASSWORD = "seven yellow boats at dawn"
NAMES = ["Amina", "Blessing", "Fatou", "Linh", "Oksana", "Drita", "Mariam", "Joana", "Mei", "Aya", "Grace", "Esther"]
FAMILIES = ["Okafor", "Traore", "Nguyen", "Hoxha", "Benali", "Silva", "Wang", "Kone", "Mensah", "Shevchenko", "Adeyemi"]

CREATE = """
local body = %s
local n = 0
local seed = tonumber(os.getenv("BENCH_SEED"))
local digits = "0123456789abcdefghjkmnpqrstvwxyz"
math.randomseed(seed)
local given, family = %s, %s
request = function()
  local id = ""
  for i = 1, 25 do local k = math.random(32); id = id .. digits:sub(k, k) end
  id = id .. ({"0", "4", "8", "c", "g", "m", "r", "w"})[math.random(8)]
  n = n + 1
  local b = "record=" .. id .. "&given_name=" .. given[math.random(#given)] .. "&family_name=" ..
            family[math.random(#family)] .. string.char(97 + math.random(0, 25)) .. "&" .. body
  return wrk.format("POST", "/referrals/new", nil, b)
end
wrk.headers["Cookie"] = os.getenv("BENCH_COOKIE")
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
"""
PICK = """
local paths = %s
local n = 0
math.randomseed(tonumber(os.getenv("BENCH_SEED")))
request = function() return wrk.format("GET", paths[math.random(#paths)]) end
wrk.headers["Cookie"] = os.getenv("BENCH_COOKIE")
wrk.headers["Accept-Encoding"] = "gzip"
"""
DONE = """
done = function(summary, latency, requests)
  io.write(string.format("BENCH %d %d %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), summary.bytes, summary.errors.status, summary.errors.connect + summary.errors.read +
    summary.errors.write + summary.errors.timeout))
end
"""


def lua(value):
    if isinstance(value, str):
        return json.dumps(value)
    return "{" + ",".join(lua(v) for v in value) + "}"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def children(pid):
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [pid] + [int(p) for p in out.split()]


def cpu_ms(pids):
    total = 0
    for p in pids:
        fields = pathlib.Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total * 1000 / os.sysconf("SC_CLK_TCK")


def pss_mb(pids):
    total = 0
    for p in pids:
        for line in pathlib.Path(f"/proc/{p}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


class Bench:
    def __init__(self, args):
        self.args, self.dir, self.port = args, tempfile.mkdtemp(prefix="rivage-bench-"), free_port()
        self.program = str(ROOT / "build" / "rivage")
        data, key, pw = f"{self.dir}/data", f"{self.dir}/key", f"{self.dir}/password"
        pathlib.Path(pw).write_text(PASSWORD)
        extra = ["--database", args.database] if args.database else []
        out = subprocess.run([self.program, "init", data, "--key-file", key, "--login", "coo", "--name", "A. Martin",
                              "--password-file", pw, "--demonstration", *extra], capture_output=True, text=True, check=True).stdout
        self.secret = re.search(r"^secret\s+(\S+)", out, re.M).group(1)
        self.log = open(f"{self.dir}/log", "w")
        started = time.time()
        self.server = subprocess.Popen(["taskset", "-c", "0", self.program, "serve", "--data", data, "--key-file", key,
                                        "--listen", f"127.0.0.1:{self.port}",
                                        "--budgets", "0,0,0,0,0", *extra], stderr=self.log)
        while True:
            try:
                Browser(self.port).get("/sign-in")
                break
            except OSError:
                if time.time() - started > 20:
                    raise
                time.sleep(0.005)
        self.start_ms = (time.time() - started) * 1000
        self.pids = children(self.server.pid)
        time.sleep(max(0, 31 - (time.time() - started)))  # the code used by init works once
        self.browser = Browser(self.port)
        if self.browser.sign_in("coo", PASSWORD, self.secret).status != 303:
            raise SystemExit("bench: cannot sign in")
        self.cookie = "rivage=" + self.browser.cookies["rivage"]

    def end(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(20)
        shutil.rmtree(self.dir, ignore_errors=True)

    def wrk(self, what, script, seconds, connections):
        path = f"{self.dir}/{what}.lua"
        pathlib.Path(path).write_text(script + DONE)
        env = {**os.environ, "BENCH_COOKIE": self.cookie, "BENCH_SEED": str(random.randrange(1 << 30))}
        before = cpu_ms(self.pids)
        out = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
                              "-s", path, f"http://127.0.0.1:{self.port}"], capture_output=True, text=True, env=env,
                             check=True).stdout
        n, micros, p50, p99, size, bad, broken = map(int, re.search(r"BENCH (.*)", out).group(1).split())
        cpu = (cpu_ms(self.pids) - before) / max(n, 1)
        return {"what": what, "connections": connections, "per_second": n / (micros / 1e6), "p50_ms": p50 / 1000,
                "p99_ms": p99 / 1000, "cpu_ms": cpu, "bytes": size // max(n, 1), "refused": bad, "broken": broken,
                "requests": n}

    def create_script(self):
        page = self.browser.get("/referrals/new")
        today = time.strftime("%Y-%m-%d")
        answers = fill("F01", today, {"birth_date": "1995-03-02", "age_certainty": "DECLARED", "person_agrees": "YES"})
        answers.pop("given_name", None)
        answers.pop("family_name", None)
        body = urllib.parse.urlencode([("csrf", page.hidden("csrf")), ("do", "file")] + pairs(answers))
        return CREATE % (lua(body), lua(NAMES), lua(FAMILIES))

    def case_paths(self, many=2000):
        paths = []
        for start in range(0, many, 100):
            page = self.browser.get(f"/cases?sort=new&rows=100&from={start}")
            paths += re.findall(r'href="(/cases/[0-9a-z]{26})"', page.text)
        return paths

    def search_paths(self):
        token = self.browser.get("/").hidden("csrf")
        queries = [f"{random.choice(NAMES)} {random.choice(FAMILIES)}" for _ in range(100)]
        return [self.browser.post("/search", [("csrf", token), ("q", q)]).location for q in queries]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--cases", type=int, default=10000)
    p.add_argument("--seconds", type=int, default=5)
    p.add_argument("--connections", type=int, default=16)
    p.add_argument("--database")
    p.add_argument("--json", action="store_true")
    args = p.parse_args()
    b = Bench(args)
    try:
        rows, made = [], 0
        script = b.create_script()
        seconds = 2
        while made < args.cases:
            row = b.wrk("create (filling)", script, seconds, args.connections)
            if row["refused"]:
                raise SystemExit(f"bench: {row['refused']} creations refused")
            made += row["requests"]
            seconds = max(1, min(20, int((args.cases - made) / row["per_second"])))  # ends near the number asked for
        for c in (1, args.connections):
            rows.append(b.wrk("read", PICK % lua(b.case_paths()), args.seconds, c))
            rows.append(b.wrk("list 50", PICK % lua(["/cases?sort=due&rows=50", "/cases?state=REFERRED&sort=country&rows=50"]),
                              args.seconds, c))
            rows.append(b.wrk("search", PICK % lua(b.search_paths()), args.seconds, c))
            rows.append(b.wrk("create", script, args.seconds, c))
        memory = pss_mb(b.pids)
        if args.json:
            print(json.dumps({"cases": made, "start_ms": b.start_ms, "memory_mb": memory, "rows": rows}))
            return
        print(f"{made} cases; start to first page {b.start_ms:.0f} ms; memory {memory:.0f} MB (all processes)")
        print(f"{'operation':<10}{'conn':>5}{'per s':>9}{'p50 ms':>8}{'p99 ms':>8}{'cpu ms':>8}{'bytes':>8}  refused")
        for r in rows:
            print(f"{r['what']:<10}{r['connections']:>5}{r['per_second']:>9.0f}{r['p50_ms']:>8.2f}{r['p99_ms']:>8.2f}"
                  f"{r['cpu_ms']:>8.3f}{r['bytes']:>8}  {r['refused'] + r['broken']}")
    finally:
        b.end()


if __name__ == "__main__":
    main()
