import { createAppWithDashboard } from "../../../mock-server/dashboard/dashboard.ts";
import { faultsMiddleware } from "../../../mock-server/faults/middleware.ts";
import { exampleQuery } from "../../../mock-server/schemas.ts";
import { scoreSubmission } from "../../experiment/score.ts";
import { DEFAULT_WORLD, presetNames } from "../../surface/presets.ts";
import { UserError } from "../../task/errors.ts";
import { isJobWorld } from "../load-job-world.ts";
import { loadWorld } from "../load-world.ts";
import { overlayOf } from "../recorded-answers.ts";
import { type Edition, refuseOptions } from "./edition.ts";
import { nextPlanner } from "./plan-next.ts";
import { openServings } from "./servings.ts";

/** Spring 2025: losses by GET, charged in FLOPs. */
export const stanford2025: Edition = {
  async open(options, { faults, adminToken, ...setting }, terminal) {
    refuseOptions("2025", options, ["timeScale", "instant"]);
    if (faults?.jobs) throw new UserError(`${options.faults}: jobs: this edition has no jobs; serve --edition 2026`);
    if (options.world !== undefined && isJobWorld(options.world))
      throw new UserError(`world "${options.world}" is one of jobs: add --edition 2026`);
    const { quirks = false, strictHandout = false, seed } = options;
    const overlay = overlayOf(options.answers);
    const world = await loadWorld(options.world ?? DEFAULT_WORLD, overlay);
    const { first, worlds, open } = await openServings(world, options, terminal, overlay);
    const app = createAppWithDashboard(
      { ...setting, quirks, strictHandout, faults: faults && faultsMiddleware(faults) },
      { serving: first, repetition: seed, worlds, open, grade: scoreSubmission, next: nextPlanner(seed), adminToken },
    );
    const { name } = world.document;
    return {
      ...app,
      world: name,
      greeting: (address) => [
        ["try", `curl '${address}/loss?${exampleQuery(world.task.searchSpace)}'`],
        ["world", `${name}: simulated; its answers are not measurements`],
        ["others", `${otherWorlds(name).join(", ")}: --world NAME, listed by \`isoflop worlds\``],
        ["start over", startOver(options.ledger)],
        ...(options.answers === undefined
          ? []
          : [["answers", `recorded ones of ${options.answers}, marked by the header x-isoflop-answer`] as const]),
      ],
      closeLedger: () => first.ledger.close(),
    };
  },
};

/** The calibrated world, and the size of every family. */
function otherWorlds(served: string): string[] {
  const families = Map.groupBy(presetNames(), (name) => name.split("/")[0] as string);
  const sizes = [...families].map(([family, names]) => `${family}/… (${names.length})`);
  return [...(served === CALIBRATED ? [] : [`${CALIBRATED} (calibrated to real answers)`]), ...sizes];
}

const CALIBRATED = "stanford-2025/central";

function startOver(ledger: string | undefined): string {
  return ledger === undefined
    ? "use another api_key, or restart the server: the ledger is in memory"
    : `use another api_key, or stop the server and delete ${ledger}`;
}
