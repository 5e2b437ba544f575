import { fitAll } from "../../../mock-server/dashboard/page/fit-results.ts";
import { playRivals } from "../../../src/experiment/rivals.ts";
import { scoreSubmission } from "../../../src/experiment/score.ts";
import { presetNames } from "../../../src/surface/presets.ts";
import { STRATEGIES } from "../../../strategies/index.ts";
import { advise, play } from "./advice.ts";
import { answerCalls } from "./answer-calls.ts";
import type { Calls } from "./calls.ts";
import { asPlayed, type Game, gameAt, worldNamed } from "./game.ts";
import { truthOf } from "./truth.ts";

// The whole simulator, in a worker: worlds, ledger, fits, strategies, grades. The page only draws.

let game: Game | undefined;

answerCalls<Calls>({
  menu: () => ({
    worlds: presetNames(),
    strategies: STRATEGIES.map(({ name, summary }) => ({ name, summary })),
  }),
  async open(position) {
    game = await gameAt(position);
    const runs = await game.api.previousRuns();
    return {
      world: asPlayed(game.world),
      answers: runs.map(({ status: _, loss, ...config }) => ({ config, loss })),
    };
  },
  buy: (config) => opened().api.loss(config),
  fit: ({ runs, target }) => fitAll(runs, target),
  async grade(submission) {
    const { world, api } = opened();
    return { score: scoreSubmission(world, submission), truth: truthOf(world, await api.previousRuns()) };
  },
  advise,
  play,
  async rivals({ world }, tell) {
    for await (const rival of playRivals(worldNamed(world), 0)) tell(rival);
    return undefined;
  },
});

function opened(): Game {
  if (!game) throw new Error("no world is open");
  return game;
}
