"""Twelve ways in which clients use the training API; prints what each of them sees as one JSON object.

Usage: python clients.py SERVERS, a JSON object of base URLs: open, strict, named (which admits the real host name) and
stored (whose path /restart starts it again on its ledger).
"""

import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests

SERVERS = json.loads(sys.argv[1])
OPEN = SERVERS["open"]
REAL_HOST = "hyperturing.stanford.edu"
CLIENTS = {}


def client(behavior):
    CLIENTS[behavior.__name__] = behavior
    return behavior


def config(key, **changes):
    """The handout's example run for 1e15 FLOPs, with the behavior's name as its key."""
    run = {"d_model": 256, "num_layers": 4, "num_heads": 4, "batch_size": 128, "learning_rate": 0.001}
    return {**run, "train_flops": int(1e15), "api_key": key, **changes}


def loss(params, base=OPEN):
    return requests.get(base + "/loss", params).json()


def total(key, base=OPEN):
    return requests.get(base + "/total_flops_used", {"api_key": key}).json()


def runs(key, base=OPEN):
    return requests.get(base + "/previous_runs", {"api_key": key}).json()["previous_runs"]


@client
def status_before_first_run(key):
    response = requests.get(OPEN + "/total_flops_used", {"api_key": key})
    return {"status": response.status_code, "text": response.text, "share": response.json() / 2e18}


@client
def total_before_each_query(key):
    seen = []
    for width in (64, 128, 192):
        before = total(key)
        answer = loss(config(key, d_model=width))
        seen.append([before, answer["total_flops_used"]])
    return seen


@client
def previous_runs_of_fresh_key(key):
    known = {run["d_model"]: run["loss"] for run in runs(key)}
    answer = loss(config(key))
    return {"before": known, "after": runs(key)[0]["loss"] == answer["loss"]}


@client
def float_text(key):
    small = loss(config(key, train_flops=1e15))
    large = requests.get(OPEN + "/loss", config(key, train_flops=1e16))
    return {
        "small": small["total_flops_used"],
        "large": large.json()["detail"][0]["input"],
        "hint": large.headers.get("x-isoflop-hint"),
        "cast": loss(config(key, train_flops=int(1e16)))["total_flops_used"],
    }


@client
def parallel_repeats(key):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: loss(config(key)), range(64)))
    return {"distinct": len({json.dumps(answer) for answer in answers}), "total": total(key), "runs": len(runs(key))}


@client
def restart_on_a_ledger(key):
    base = SERVERS["stored"]
    before = loss(config(key), base)
    requests.get(base + "/restart")
    listed = runs(key, base)
    return {"total": total(key, base), "same": loss(config(key), base) == before, "runs": len(listed)}


@client
def refusal_by_cap(key):
    for width in (64, 128):
        loss(config(key, d_model=width, train_flops=int(1e18)))
    refused = loss(config(key))
    try:
        refused["loss"]
    except KeyError as error:
        missing = str(error)
    paid = loss(config(key, d_model=64, train_flops=int(1e18)))
    return {"missing": missing, "message": refused["message"], "total": total(key), "paid": "loss" in paid}


@client
def newline_in_key(key):
    read_from_file = f"ssh-ed25519 {key}\n"
    response = requests.get(OPEN + "/loss", config(read_from_file))
    return {
        "status": response.status_code,
        "hint": response.headers.get("x-isoflop-hint"),
        "with": total(read_from_file),
        "without": total(read_from_file.strip()),
    }


@client
def sorted_params(key):
    first = loss(config(key))
    again = loss(sorted(config(key).items()))
    return {"same": first == again, "total": total(key)}


@contextmanager
def looking_up(resolve):
    """Every new connection looks its host up once; `resolve` sees the name and returns the one to use."""
    look_up = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *rest: look_up(resolve(host), *rest)
    try:
        yield
    finally:
        socket.getaddrinfo = look_up


@client
def connection_reuse(key):
    opened = []
    with looking_up(lambda host: opened.append(host) or host), requests.Session() as session:
        answers = [session.get(OPEN + "/loss", params=config(key, d_model=64 + i)).json() for i in range(50)]
    return {"connections": len(opened), "total": answers[-1]["total_flops_used"]}


@client
def hard_coded_host(key):
    """As with a line for the real host in the hosts file."""
    refused, admitted = (f"http://{REAL_HOST}:{urlsplit(SERVERS[name]).port}" for name in ("open", "named"))
    with looking_up(lambda host: "127.0.0.1" if host == REAL_HOST else host):
        return {"refused": loss(config(key), refused), "admitted": loss(config(key), admitted)["total_flops_used"]}


@client
def missing_total_read_as_zero(key):
    def spent():
        response = requests.get(SERVERS["strict"] + "/total_flops_used", {"api_key": key})
        return 0 if response.status_code == 422 else response.json()

    before = spent()
    loss(config(key), SERVERS["strict"])
    return [before, spent()]


print(json.dumps({name: behavior(f"key of {name}") for name, behavior in CLIENTS.items()}))
