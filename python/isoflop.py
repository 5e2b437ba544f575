"""Plans in Python for isoflop: standard library only, Python 3.9 or newer. A plan yields batches of runs to buy, is sent
their answers, and returns what it submits. `isoflop try "exec:python3 my_plan.py"` plays this one, saved as my_plan.py:

    import isoflop

    def plan(task, budget):
        runs = yield budget.fitting([isoflop.run(d_model=d, num_layers=8, train_flops=1e17) for d in (256, 512, 768)])
        best = min((run for run in runs if run["status"] == "ok"), key=lambda run: run["loss"], default={"loss": 4})
        return isoflop.run(d_model=1024, num_layers=20, train_flops=task["target"], predicted_loss=0.7 * best["loss"])

    isoflop.play(plan)
"""
import json, os, sys, urllib.error, urllib.parse, urllib.request

def run(num_heads=None, batch_size=128, learning_rate=1e-3, **config):
    """A configuration; its heads are 64 wide unless their number is given."""
    heads = num_heads or max(2, min(16, config["d_model"] // 64))
    return {"num_heads": heads, "batch_size": batch_size, "learning_rate": learning_rate, **config}

class Budget:
    """`cap` and what is `left` of it, in FLOPs."""
    def __init__(self, cap):
        self.cap = self.left = cap
    def fitting(self, runs):
        """The runs of a list that can be paid, in its order."""
        left, kept = self.left, []
        for each in runs:
            if each["train_flops"] <= left:
                left, kept = left - each["train_flops"], kept + [each]
        return kept

def play(plan):
    """Asks on standard output and is told on standard input; what the plan prints goes to standard error."""
    if os.environ.get("ISOFLOP_PROTOCOL") != "ask-tell":
        sys.exit(f'this is a plan for isoflop: isoflop try "exec:python3 {sys.argv[0]}"')
    out, sys.stdout = sys.stdout, sys.stderr
    say = lambda what: print(json.dumps(what), file=out, flush=True)
    hear = lambda: json.loads(sys.stdin.readline() or sys.exit("isoflop has ended"))
    start = hear()
    task = {**start["task"], "seed": start["seed"], "history": start["history"]}
    budget, told = Budget(task["cap"]), {"tell": None}
    asking = plan(task, budget)
    try:
        while True:
            say({"ask": asking.send(told["tell"])})
            told = hear()
            budget.left = told["left"]
    except StopIteration as end:
        say({"submit": end.value})

class Client:
    """A training API over HTTP: of isoflop serve or proxy, or the course's. A refusal raises ValueError."""
    def __init__(self, url="http://127.0.0.1:8000", api_key="any text"):
        self.url, self.api_key = url.rstrip("/"), api_key
    def get(self, route, **query):
        text = urllib.parse.urlencode({**query, "api_key": self.api_key})
        try:
            return json.load(urllib.request.urlopen(f"{self.url}/{route}?{text}"))
        except urllib.error.HTTPError as error:
            raise ValueError(error.read().decode()) from None
    def loss(self, train_flops, **config):
        return self.get("loss", train_flops=int(train_flops), **config)["loss"]
    def previous_runs(self):
        return self.get("previous_runs")["previous_runs"]
