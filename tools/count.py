"""count.py TESTLOG.json — what meson's tests counted: "PASSED FAILED" on standard output, failures in full on
standard error.  A test program that says how many tests it held (cmocka, or a closing line "N passed, N failed")
counts as that many; any other as one."""
import json
import re
import sys


def counted(test):
    text = test.get("stdout", "") + "\n" + test.get("stderr", "")
    ok = len(re.findall(r"^\[ +OK \] ", text, re.M))
    bad = len(set(re.findall(r"^\[ +(?:FAILED|ERROR) +\] ([a-zA-Z_]\w*)$", text, re.M)))
    closing = re.findall(r"^(\d+) passed, (\d+) failed$", text, re.M)
    if closing and not ok and not bad:
        ok, bad = map(int, closing[-1])
    if test["result"] == "OK":
        return (ok or 1), bad
    if test["result"] == "SKIP":  # a test that does not run proves nothing
        return 0, 1
    return ok, (bad or 1)


def main(path):
    passed = failed = 0
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            test = json.loads(line)
            ok, bad = counted(test)
            passed += ok
            failed += bad
            if bad:
                print(f"FAILED: {test['name']} ({test['result']})", file=sys.stderr)
                print((test.get("stdout", "") + test.get("stderr", ""))[-4000:], file=sys.stderr)
    print(passed, failed)


main(sys.argv[1])
