"""Watches a process that a test starts: Python imports this first wherever PYTHONPATH names this folder."""

import os

if "WATCH_REPORT" in os.environ:
    import watch

    watch.begin(os.environ[watch.REPORT], os.environ[watch.ROOTS].split(os.pathsep), os.environ[watch.FORBIDDEN])
