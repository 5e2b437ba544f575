import { byId, make } from "../../../mock-server/dashboard/page/element.ts";
import { nonEmbeddingParameters } from "../../../src/task/accounting.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";
import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import type { Submission } from "../../../src/task/submission.ts";
import { goTo } from "./go-to.ts";
import { Stopped } from "./remote.ts";
import type { Session } from "./session.ts";

/** Asks a strategy for the next run, or lets it play the rest; `fill` puts what it submits into the form. */
export function advicePanel(session: Session, fill: (submission: Submission) => void): void {
  const { store, menu, thinker } = session;
  const select = byId("strategy", HTMLSelectElement);
  const advice = byId("advice", HTMLElement);
  const use = byId("advice-use", HTMLButtonElement);
  const stop = byId("stop", HTMLButtonElement);
  const starters = [byId("advise", HTMLButtonElement), byId("play", HTMLButtonElement)] as const;
  let advised: RunConfig | undefined;

  const show = (...content: (string | Node)[]) => advice.replaceChildren(...content);
  const choose = (run: RunConfig | undefined) => {
    advised = run;
    use.hidden = run === undefined;
  };
  /** Runs one thing at a time, with a word on it and a way to stop it. */
  const think = async (
    word: string,
    work: (asked: { readonly strategy: string } & Session["position"]) => Promise<void>,
  ) => {
    choose(undefined);
    show(make("p", "thinking", word));
    for (const button of starters) button.disabled = true;
    stop.hidden = false;
    try {
      await work({ ...session.position, strategy: select.value });
    } catch (error) {
      if (error instanceof Stopped) show();
      else show(make("p", "problem", (error as Error).message));
    }
    for (const button of starters) button.disabled = false;
    stop.hidden = true;
  };

  select.replaceChildren(...menu.strategies.map(({ name }) => new Option(name)).reverse());
  const summarize = () => {
    byId("strategy-summary", HTMLElement).textContent =
      menu.strategies.find(({ name }) => name === select.value)?.summary ?? "";
    show();
    choose(undefined);
  };
  summarize();
  select.addEventListener("change", summarize);
  // Advice is for the runs it was asked with.
  store.on(["world", "runs"], () => {
    if (stop.hidden && advised) {
      show();
      choose(undefined);
    }
  });

  starters[0].addEventListener("click", () =>
    think("Thinking…", async (asked) => {
      const answer = await thinker.call("advise", asked);
      if ("query" in answer) {
        show(...runText(answer.query, answer.reason));
        choose(answer.query);
        return;
      }
      fill(answer.submission);
      show(make("p", "", "It wants no more runs: its submission is in the form."), ...notes(answer.note), toForm());
    }),
  );
  starters[1].addEventListener("click", () =>
    think("Playing…", async (asked) => {
      // The last ones are refused where the player has spent what was meant for them.
      const buying: Promise<number>[] = [];
      const buy = (config: RunConfig) =>
        session.buy(config).then(
          () => 1,
          () => 0,
        );
      const submission = await thinker.call("play", asked, (config) => buying.push(buy(config)));
      const bought = (await Promise.all(buying)).reduce((sum, one) => sum + one, 0);
      fill(submission);
      const runs = `${bought} ${bought === 1 ? "run" : "runs"}`;
      show(make("p", "", `It bought ${runs}. Its submission is in the form.`), toForm());
    }),
  );
  stop.addEventListener("click", () => thinker.stop());
  use.addEventListener("click", async () => {
    const run = advised;
    if (!run) return;
    choose(undefined);
    try {
      const loss = await session.buy(run);
      show(make("p", "", `Bought: loss ${loss.toFixed(4)}.`));
    } catch (error) {
      show(make("p", "problem", (error as Error).message));
    }
    starters[0].focus();
  });
}

function toForm(): HTMLButtonElement {
  return goTo("result", "See the submission");
}

function runText(query: RunConfig, reason: string | undefined): HTMLElement[] {
  const { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops } = query;
  const line = make(
    "p",
    "",
    make("b", "", `${formatFlops(trainFlops)} FLOPs, N = ${formatCount(nonEmbeddingParameters(query))}`),
    `: d ${dModel}, ${numLayers} layers, ${numHeads} heads, batch ${batchSize}, lr ${Number(learningRate.toPrecision(3))}`,
  );
  return [line, ...notes(reason)];
}

function notes(text: string | undefined): HTMLElement[] {
  return text === undefined || text === "" ? [] : [make("p", "soft small", text)];
}
