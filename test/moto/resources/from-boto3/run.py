"""Runs every function of a file of examples/from-boto3; prints what each has printed, as JSON."""

import asyncio
import contextlib
import importlib.util
import inspect
import io
import json
import sys

spec = importlib.util.spec_from_file_location("steps", sys.argv[1])
steps = importlib.util.module_from_spec(spec)
spec.loader.exec_module(steps)

printed = {}
for name, step in list(vars(steps).items()):
    if not inspect.isfunction(step) or step.__module__ != "steps":
        continue
    with contextlib.redirect_stdout(io.StringIO()) as out:
        if inspect.iscoroutinefunction(step):
            asyncio.run(step())
        else:
            step()
    printed[name] = out.getvalue().splitlines()
print(json.dumps(printed))
