#!/usr/bin/env bash
# Who reaches what, by an oracle of its own, and that an absent file and a hidden one look alike: a sample, another each day.
exec tests/run.sh access
