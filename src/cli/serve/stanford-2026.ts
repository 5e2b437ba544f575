import { faultsMiddleware } from "../../../mock-server/faults/middleware.ts";
import { createJobsApp } from "../../../mock-server/stanford-2026/app.ts";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import { MemoryLedger } from "../../ledger/memory.ts";
import { presetNames } from "../../surface/presets.ts";
import { buildJobWorld } from "../../surface/stanford-2026/build-world.ts";
import { DEFAULT_JOB_WORLD, jobPresetNames } from "../../surface/stanford-2026/presets.ts";
import type { JobWorldDocument } from "../../surface/stanford-2026/world-document.ts";
import { UserError } from "../../task/errors.ts";
import { SECOND_JOBS } from "../../training-api/stanford-2026/job-record.ts";
import type { JobLedger } from "../../training-api/stanford-2026/jobs.ts";
import type { Terminal } from "../command.ts";
import { loadJobWorldDocument } from "../load-job-world.ts";
import { type Edition, refuseOptions, type ServeOptions } from "./edition.ts";

/** Spring 2026: jobs that queue, train and are polled, charged in seconds. */
export const stanford2026: Edition = {
  async open(options, { faults, ...setting }, terminal) {
    refuseOptions("2026", options, ["quirks", "strictHandout", "answers"]);
    const { instant = false, timeScale = 1, seed } = options;
    if (options.world !== undefined && presetNames().includes(options.world))
      throw new UserError(
        `world "${options.world}" costs FLOPs: leave out --edition 2026, or name a world of jobs such as ${DEFAULT_JOB_WORLD}`,
      );
    const document = loadJobWorldDocument(options.world ?? DEFAULT_JOB_WORLD);
    // A server computes what becomes of jobs from those it has seen: another would not see them.
    const lock =
      options.ledger === undefined
        ? undefined
        : (await import("../../ledger/lock.ts")).lockFile(options.ledger, "ledger");
    const ledger = await openLedger(document, options, terminal);
    const clock = new VirtualClock(timeScale, ledger);
    const listener = createJobsApp({
      ...setting,
      world: buildJobWorld(document),
      ledger,
      clock,
      instant,
      dashboard: true,
      repetition: seed,
      faults: faults && faults.rules.length > 0 ? faultsMiddleware(faults) : undefined,
      jobFaults: faults?.jobs,
    });
    const { name } = document;
    const pace = instant
      ? "jobs end at once"
      : timeScale === 0
        ? "stands still"
        : timeScale === 1
          ? "runs in real time"
          : `runs ${timeScale} times as fast as real time`;
    return {
      listener,
      world: name,
      greeting: (address) => [
        ["try", `curl -H 'X-API-Key: 12345678' ${address}/budget`],
        ["world", `${name}: simulated; its losses and runtimes are not measurements`],
        ["clock", `${pace}; POST /admin/advance sets it ahead (docs/stanford-2026.md)`],
        ["others", `${jobPresetNames().length} worlds: --world NAME, listed by \`isoflop worlds\``],
        ["start over", startOver(options.ledger)],
      ],
      close: () => undefined,
      closeLedger: () => {
        ledger.close();
        lock?.release();
      },
    };
  },
};

async function openLedger(document: JobWorldDocument, options: ServeOptions, terminal: Terminal): Promise<JobLedger> {
  const { ledger: file, seed } = options;
  if (file === undefined) return new MemoryLedger(SECOND_JOBS);
  const { SqliteLedger } = await import("../../ledger/sqlite.ts");
  const { ledgerWorld } = await import("../../ledger/record.ts");
  const owner = ledgerWorld({ ...document, repetition: seed });
  return new SqliteLedger(file, owner, (line) => terminal.err(`isoflop: ${line}\n`), SECOND_JOBS);
}

function startOver(ledger: string | undefined): string {
  return ledger === undefined
    ? "use another eight digits as the key, or restart the server: the ledger is in memory"
    : `use another eight digits as the key, or stop the server and delete ${ledger}`;
}
