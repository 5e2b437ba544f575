import type { RunningServer } from "../../../mock-server/server.ts";
import { presetNames } from "../../surface/presets.ts";
import type { World } from "../../surface/world.ts";
import type { ServeOptions } from "../serve.ts";

/** What `serve` prints when it listens; its first line is for programs, and never changes. */
export function greeting({ url, port }: RunningServer, { document }: World, options: ServeOptions): string {
  const { name } = document;
  if (options.json)
    return `${JSON.stringify({ url, docs: `${url}/docs`, dashboard: `${url}/dashboard`, world: name, ledger: options.ledger ?? null })}\n`;
  const everywhere = ["0.0.0.0", "::"].includes(options.host);
  const near = everywhere ? `http://127.0.0.1:${port}` : url;
  return `isoflop listening on ${url}
  docs        ${near}/docs
  dashboard   ${near}/dashboard
  try         curl '${near}/loss?${EXAMPLE}'
  world       ${name}: simulated, nothing it says is a measurement
  others      ${otherWorlds(name).join(", ")}: --world NAME, listed by \`isoflop worlds\`
  start over  ${startOver(options.ledger)}
${options.faults === undefined ? "" : `  faults      on purpose, as ${options.faults} has them\n`}`;
}

/** The calibrated world by name, and every family by its size. */
function otherWorlds(served: string): string[] {
  const families = Map.groupBy(presetNames(), (name) => name.split("/")[0] as string);
  const sizes = [...families].map(([family, names]) => `${family}/… (${names.length})`);
  return [...(served === CALIBRATED ? [] : [`${CALIBRATED} (calibrated to real answers)`]), ...sizes];
}

const CALIBRATED = "stanford-2025/central";

/** A configuration of the handout's API, and a key that is nobody's. */
const EXAMPLE =
  "d_model=256&num_layers=4&num_heads=4&batch_size=128&learning_rate=0.001&train_flops=10000000000000&api_key=me";

function startOver(ledger: string | undefined): string {
  return ledger === undefined
    ? "ask with another api_key, or stop and start again: the ledger is in memory"
    : `ask with another api_key, or stop and delete ${ledger}`;
}
