import { UserError } from "../task/errors.ts";
import { formatFlops } from "../task/quantity.ts";
import type { Source } from "../training-api/training-api.ts";
import type { Terminal } from "./command.ts";

export interface SpendingRequest {
  readonly url: string;
  /** FLOPs the dearest rehearsal cost, and what may be spent at most. */
  readonly planned: number;
  readonly cap: number;
  /** What the person said on the command line. */
  readonly yesSpend?: number | undefined;
}

/** Throws a UserError unless a real endpoint was allowed with `--live`. */
export function checkLive(source: Source, live: boolean | undefined, url: string): void {
  if (source === "simulated" || live) return;
  throw new UserError(
    `${url} does not prove to be an isoflop mock and is taken for the real one, wherever it listens: nothing was asked of it. ` +
      "Add --live to spend real FLOPs",
  );
}

/**
 * FLOPs a person allows to be spent on a real endpoint: the number of `--yes-spend`, or one typed at a prompt.
 *
 * @throws UserError when it is less than planned, more than the cap, or there is nobody to ask.
 */
export async function allowedSpending(request: SpendingRequest, terminal: Terminal): Promise<number> {
  const { planned, cap, url, yesSpend } = request;
  if (yesSpend !== undefined) return checked(yesSpend, request, "--yes-spend");
  if (!terminal.interactive || !process.stdin.isTTY)
    throw new UserError(
      `${url} is real, and there is no terminal to confirm the cost on: add --yes-spend ${formatFlops(planned)} (planned) up to ${formatFlops(cap)} (the cap)`,
    );
  const { isCancel, text } = await import("@clack/prompts");
  terminal.err(
    `${url} is REAL: its FLOPs are spent for good.\n  planned  ${formatFlops(planned)} FLOPs, in the dearest rehearsal\n  cap      ${formatFlops(cap)} FLOPs\n`,
  );
  const typed = await text({
    message: `Type the FLOPs that may be spent, from ${formatFlops(planned)} to ${formatFlops(cap)}; anything else stops`,
    output: process.stderr,
  });
  if (isCancel(typed)) throw new UserError("not confirmed: nothing was asked");
  return checked(Number(typed), request, "the number typed");
}

function checked(flops: number, { planned, cap }: SpendingRequest, name: string): number {
  if (flops >= planned && flops <= cap) return flops;
  throw new UserError(
    `${name} must be from ${formatFlops(planned)} (what the plan may cost) to ${formatFlops(cap)} (the cap), got ${Number.isFinite(flops) ? formatFlops(flops) : "no number"}: nothing was asked`,
  );
}
