"""Asks the training API what the assignment's own examples ask it.

Usage: python handout_client.py [BASE_URL]
The base URL may also be given as SCALING_API_URL; nothing else differs between the real API and a mock of it.
"""

import os
import sys

import requests

DEFAULT_URL = "http://hyperturing.stanford.edu:8000"
BASE_URL = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SCALING_API_URL", DEFAULT_URL)
API_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA9vKp1rWJ7cJmZbV+6Jd5cN0k8q3iO1nBw2hXyTzU4R student@laptop"

config = {
    "d_model": 1024,
    "num_layers": 24,
    "num_heads": 16,
    "batch_size": 128,
    "learning_rate": 0.001,
    "train_flops": int(1e16),
    "api_key": API_KEY,
}

# One training run: its final loss, and what has been spent with it.
answer = requests.get(BASE_URL + "/loss", config).json()
print("loss", answer["loss"])
print("spent", answer["total_flops_used"])

# Asking again is free.
again = requests.get(f"{BASE_URL}/loss", params=config).json()
print("same", again == answer)

# A smaller budget may be a float: requests writes it without an exponent.
small = dict(config, train_flops=1e15)
print("small", requests.get(BASE_URL + "/loss", small).json()["total_flops_used"])

# A value out of range has a message where the loss would be.
refused = requests.get(BASE_URL + "/loss", dict(config, d_model=9999)).json()
print("message", refused["message"])

# A budget of 1e16 as a float is written 1e+16, which the API does not read as an integer.
trapped = requests.get(BASE_URL + "/loss", dict(config, train_flops=1e16)).json()
print("trapped", trapped["detail"][0]["type"], trapped["detail"][0]["input"])

# What the key has spent: a bare number.
total = requests.get(BASE_URL + "/total_flops_used", {"api_key": API_KEY}).json()
print("total", total)

# What it was spent on.
runs = requests.get(BASE_URL + "/previous_runs", {"api_key": API_KEY}).json()["previous_runs"]
print("runs", len(runs))
print("first", runs[0] == dict({k: v for k, v in config.items() if k != "api_key"}, loss=answer["loss"]))

# A key that is not known.
unknown = requests.get(BASE_URL + "/total_flops_used", {"api_key": "INVALID_API_KEY"})
print("unknown", unknown.status_code, unknown.json()["message"])
