import { Store } from "../../../mock-server/dashboard/page/store.ts";
import type { RunRow } from "../../../mock-server/dashboard/wire.ts";
import { FIELDS, type RunConfig } from "../../../src/task/configuration.ts";
import type { Submission } from "../../../src/task/submission.ts";
import type { Bought, Calls, Menu, Position } from "../engine/calls.ts";
import { linkOf } from "./link.ts";
import { Remote } from "./remote.ts";

/** The one player of this page, as the dashboard's panels know a key. */
const PLAYER = "you";

/** The game on this page: what the panels share. */
export class Session {
  readonly store: Store = new Store();
  /** Answers, fits and grades. */
  readonly engine: Remote<Calls>;
  /** Strategies think here, so that they hold up neither the page nor its answers. */
  readonly thinker: Remote<Calls> = new Remote();
  readonly rivals: Remote<Calls> = new Remote();
  readonly menu: Menu;
  /** What was graded last. */
  submission: Submission | undefined;
  #runs: RunConfig[] = [];
  #used = 0;

  constructor(menu: Menu, engine: Remote<Calls>) {
    this.menu = menu;
    this.engine = engine;
  }

  /** Whether the world is drawn, and what it is not known before the grade. */
  get isSealed(): boolean {
    return this.position.world.startsWith("sealed/");
  }

  /** The world and the runs bought in it. */
  get position(): Position {
    return { world: this.store.state!.world.name, runs: this.#runs };
  }

  /** Opens a world with these runs; what was bought before is forgotten. Rejects where there is no such world. */
  async open(position: Position): Promise<void> {
    this.thinker.stop();
    this.rivals.stop();
    const { world, answers } = await this.engine.call("open", position);
    this.#runs = answers.map(({ config }) => config);
    this.#used = this.#runs.reduce((sum, { trainFlops }) => sum + trainFlops, 0);
    this.submission = undefined;
    const { worlds } = this.menu;
    const key = { key: PLAYER, used: this.#used, runs: answers.map(rowOf) };
    this.store.takeState({ world, task: world.task, worlds: [...new Set([...worlds, world.name])], keys: [key] });
    this.store.graded = undefined;
    this.store.fits.clear();
    this.store.tell("fits");
  }

  /** Buys a run. Rejects with the API's words when it refuses; a run that was bought before costs nothing. */
  async buy(config: RunConfig): Promise<number> {
    const answer = await this.engine.call("buy", config);
    if (answer.status !== "ok") throw new Error(answer.message);
    if (answer.totalFlopsUsed > this.#used) {
      this.#runs.push(config);
      this.#used = answer.totalFlopsUsed;
      const runs = [rowOf({ config, loss: answer.loss })];
      this.store.takeRuns({ key: PLAYER, used: this.#used, from: this.#runs.length - 1, runs });
    }
    return answer.loss;
  }

  /** The address of this page with the game in it. */
  link(): string {
    const { submission } = this;
    return `#${linkOf({ ...this.position, ...(submission && { submission }) })}`;
  }
}

function rowOf({ config, loss }: Bought): RunRow {
  return [...FIELDS.map((field) => config[field]), loss] as unknown as RunRow;
}
