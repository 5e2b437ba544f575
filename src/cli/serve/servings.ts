import type { DashboardOptions, Serving } from "../../../mock-server/dashboard/dashboard.ts";
import { MemoryLedger } from "../../ledger/memory.ts";
import { presetNames } from "../../surface/presets.ts";
import type { World } from "../../surface/world.ts";
import type { Terminal } from "../command.ts";
import { loadWorld } from "../load-world.ts";
import type { Overlay } from "../recorded-answers.ts";

/** The first world of a server, and the worlds it may change to. */
export type Servings = Pick<DashboardOptions, "worlds" | "open"> & { readonly first: Serving };

/** Each world has its own ledger in memory from when it is opened; a ledger in a file fixes the world. */
export async function openServings(
  world: World,
  { ledger: file, seed }: { readonly ledger?: string; readonly seed: number },
  terminal: Terminal,
  overlay: Overlay = (document) => document,
): Promise<Servings> {
  const { name } = world.document;
  const worlds = [...new Set([name, ...presetNames()])];
  if (file !== undefined) {
    const { SqliteLedger } = await import("../../ledger/sqlite.ts");
    const { ledgerWorld } = await import("../../ledger/record.ts");
    const owner = ledgerWorld({ ...world.document, repetition: seed });
    const ledger = new SqliteLedger(file, owner, (line) => terminal.err(`isoflop: ${line}\n`));
    const refusal = `the ledger in ${file} belongs to this world; to change worlds, start without --ledger`;
    return { first: { world, ledger }, worlds, open: { refusal } };
  }
  const first = { world, ledger: new MemoryLedger() };
  // Promises, so that two clients that open a world at once share a ledger.
  const opened = new Map<string, Promise<Serving>>([[name, Promise.resolve(first)]]);
  const open = (wanted: string): Promise<Serving> => {
    const known = opened.get(wanted);
    if (known) return known;
    const opening = loadWorld(wanted, overlay).then((loaded) => ({ world: loaded, ledger: new MemoryLedger() }));
    opened.set(wanted, opening);
    return opening;
  };
  return { first, worlds, open };
}
