"""What a cache on pandas does: whole files through read_csv and to_csv, gzip level 9, no index and no fsync.

Reads one JSON command per line on stdin, answers one JSON line with the CPU and wall milliseconds it took.
"""

import json
import sys
import time
from datetime import timedelta

import pandas as pd


def load(path):
    return pd.read_csv(path, compression="gzip", index_col=0, parse_dates=True)


def save(frame, path):
    frame.to_csv(path, compression="gzip")


def day_of(frame, start):
    begin = pd.Timestamp(start)
    return frame[(frame.index >= begin) & (frame.index < begin + timedelta(days=1))]


def append(path, day_path, target):
    merged = pd.concat([load(path), load(day_path)]).sort_index()
    save(merged[~merged.index.duplicated(keep="last")], target)


def pyarrow(path):
    frame = pd.read_csv(path, compression="gzip", engine="pyarrow")
    frame["timestamp"] = pd.to_datetime(frame["timestamp"])
    return frame


frames = {}


def run(command):
    operation = command["operation"]
    if operation == "read-year":
        return len(load(command["path"]))
    if operation == "read-year-pyarrow":
        return len(pyarrow(command["path"]))
    if operation == "read-day":
        return len(day_of(load(command["path"]), command["start"]))
    if operation == "hold":
        frames[command["path"]] = load(command["path"])
        return 0
    if operation == "put-year":
        save(frames[command["path"]], command["target"])
        return 0
    if operation == "append-day":
        append(command["path"], command["day"], command["target"])
        return 0
    raise ValueError(operation)


for line in sys.stdin:
    command = json.loads(line)
    cpu, wall = time.process_time(), time.perf_counter()
    try:
        rows = run(command)
        answer = {
            "rows": rows,
            "cpuMillis": (time.process_time() - cpu) * 1000,
            "wallMillis": (time.perf_counter() - wall) * 1000,
        }
    except Exception as error:  # the other side decides what a failure means
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
