import { UserError } from "../task/errors.ts";
import { formatFlops } from "../task/quantity.ts";
import type { Source } from "../training-api/training-api.ts";
import type { Terminal } from "./command.ts";

export interface SpendingRequest {
  readonly url: string;
  /** FLOPs of the most expensive rehearsal, and the cap. */
  readonly planned: number;
  readonly cap: number;
  /** The value of `--yes-spend`. */
  readonly yesSpend?: number | undefined;
}

/** Throws a UserError unless a real endpoint was allowed with `--live`. */
export function checkLive(source: Source, live: boolean | undefined, url: string): void {
  if (source === "simulated" || live) return;
  throw new UserError(
    `${url} is not a verified isoflop mock, so it is treated as the real API. No query was sent. ` +
      "Add --live to spend real FLOPs",
  );
}

/**
 * FLOPs that the user allows to be spent on a real endpoint: the value of `--yes-spend`, or a number typed at a prompt.
 *
 * @throws UserError when it is less than planned, more than the cap, or there is no terminal to ask on.
 */
export async function allowedSpending(request: SpendingRequest, terminal: Terminal): Promise<number> {
  const { planned, cap, url, yesSpend } = request;
  if (yesSpend !== undefined) return checked(yesSpend, request, "--yes-spend");
  if (!terminal.interactive || !process.stdin.isTTY)
    throw new UserError(
      `${url} is real, and there is no terminal to confirm the cost: add --yes-spend with ${formatFlops(planned)} (planned) to ${formatFlops(cap)} (the cap)`,
    );
  const { isCancel, text } = await import("@clack/prompts");
  terminal.err(
    `${url} is REAL: FLOPs spent there cannot be recovered.\n  planned  ${formatFlops(planned)} FLOPs, the most expensive rehearsal\n  cap      ${formatFlops(cap)} FLOPs\n`,
  );
  const typed = await text({
    message: `Type the FLOPs that may be spent, from ${formatFlops(planned)} to ${formatFlops(cap)}; anything else cancels`,
    output: process.stderr,
  });
  if (isCancel(typed)) throw new UserError("not confirmed: no query was sent");
  return checked(Number(typed), request, "the typed number");
}

function checked(flops: number, { planned, cap }: SpendingRequest, name: string): number {
  if (flops >= planned && flops <= cap) return flops;
  throw new UserError(
    `${name} must be from ${formatFlops(planned)} (the planned cost) to ${formatFlops(cap)} (the cap), got ${Number.isFinite(flops) ? formatFlops(flops) : "no number"}: no query was sent`,
  );
}
