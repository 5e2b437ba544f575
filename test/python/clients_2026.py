"""Ways in which clients use the 2026 training API; prints what each of them sees as one JSON object.

Usage: python clients_2026.py BASE_URL, of a server whose clock runs fast.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import requests

BASE_URL = sys.argv[1]
CLIENTS = {}


def client(behavior):
    CLIENTS[behavior.__name__] = behavior
    return behavior


def config(**changes):
    """The handout's example on few tokens."""
    run = {
        "architecture_config": {
            "attention_bias": False,
            "head_dim": 64,
            "hidden_size": 448,
            "intermediate_size": 1280,
            "num_attention_heads": 7,
            "num_hidden_layers": 10,
            "num_key_value_heads": 7,
            "rms_norm_eps": 1e-6,
            "rope_theta": 1_000_000,
            "tie_word_embeddings": False,
            "dtype": "bfloat16",
            "vocab_size": 32_000,
        },
        "optimizer_config": {"lr_scheduler": {"peak_value": 0.003}, "weight_decay": 0.01},
        "train_batch_size": 32,
        "val_batch_size": 32,
        "total_train_tokens": 16_777_216,
        "max_runtime_seconds": 40,
    }
    return {**run, **changes}


class Api:
    """A thin client that, like many, never looks at a status."""

    def __init__(self, key):
        self.headers = {"X-API-Key": key}

    def get(self, path):
        return requests.get(BASE_URL + path, headers=self.headers).json()

    def post(self, path, body):
        return requests.post(BASE_URL + path, headers=self.headers, json=body).json()

    def wait(self, experiment_id, pause=0.02):
        """Polls without a limit."""
        while True:
            status = self.get(f"/experiment/{experiment_id}")["status"]
            if status["status_type"] in ("completed", "failed"):
                return status
            time.sleep(pause)


@client
def no_status_checks():
    api = Api("10000001")
    first = api.post("/submit", config())
    try:
        api.post("/submit", config())["experiment_id"]
        again = None
    except KeyError as error:
        again = str(error)
    try:
        api.post("/submit", config(max_runtime_seconds=50_000))["experiment_id"]
        poor = None
    except KeyError as error:
        poor = str(error)
    return {"again": again, "poor": poor, "left": first["budget_summary"]["remaining_seconds"]}


@client
def conflict_by_text():
    """Looks for 409 in the exception's text, then for the equal configuration in the list."""
    api = Api("10000002")
    made = api.post("/submit", config())["experiment_id"]
    answer = requests.post(BASE_URL + "/submit", headers=api.headers, json=config())
    try:
        answer.raise_for_status()
        return None
    except requests.HTTPError as error:
        if "409" not in str(error):
            return str(error)
    wanted = {**config(), "n_evals": 16, "model_seed": 0}
    same = [
        experiment["experiment_id"]
        for experiment in api.get("/experiments")
        if all(experiment["training_config"][name] == wanted[name] for name in ("total_train_tokens", "max_runtime_seconds", "n_evals", "model_seed"))
    ]
    return same == [made]


@client
def polling_without_limit():
    api = Api("10000003")
    status = api.wait(api.post("/submit", config())["experiment_id"])
    return {
        "type": status["status_type"],
        "losses": len(status["val_losses"]),
        "falling": status["val_losses"][0] > status["val_losses"][-1],
        "charged": api.get("/budget")["used_seconds"] == status["used_runtime_seconds"],
    }


@client
def bulk_polling():
    api = Api("10000004")
    for seed in range(5):
        api.post("/submit", config(model_seed=seed))
    while True:
        statuses = [experiment["status"]["status_type"] for experiment in api.get("/experiments")]
        if all(status in ("completed", "failed") for status in statuses):
            return len(statuses)
        time.sleep(0.02)


@client
def timeout_as_a_result():
    api = Api("10000005")
    status = api.wait(api.post("/submit", config(max_runtime_seconds=10))["experiment_id"])
    reason = status["reason"]
    return {
        "reason": reason["reason"],
        "usable": 4 < reason["partial_val_losses"][-1] < 10.5,
        "over": status["used_runtime_seconds"] > 10,
        "charged": api.get("/budget")["used_seconds"],
    }


@client
def hard_coded_key():
    return Api("06123456").get("/budget")["remaining_seconds"]


@client
def key_that_is_none():
    return [Api(key).get("/budget") for key in ("me", "99999999")]


@client
def parallel_submissions():
    api = Api("10000006")
    # Long enough to be running still, whatever the clock.
    long = {"max_runtime_seconds": 20_000, "total_train_tokens": 16_777_216 * 900}
    bodies = [config(model_seed=seed % 4, **long) for seed in range(16)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: api.post("/submit", body), bodies))
    return {"accepted": sum("experiment_id" in answer for answer in answers), "used": api.get("/budget")["used_seconds"]}


@client
def final_submission_replaced():
    api = Api("10000007")
    before = api.get("/final_submission")
    api.post("/final_submission", {"training_config": config(), "predicted_final_loss": 3.5})
    api.post("/final_submission", {"training_config": config(), "predicted_final_loss": 3.25})
    return {"before": before, "after": api.get("/final_submission")["predicted_final_loss"], "used": api.get("/budget")["used_seconds"]}


with ThreadPoolExecutor(len(CLIENTS)) as pool:
    seen = {name: pool.submit(behavior) for name, behavior in CLIENTS.items()}
    print(json.dumps({name: result.result() for name, result in seen.items()}))
