import { hash } from "node:crypto";
import { UserError } from "../task/errors.ts";
import { formatAmount, formatFlops } from "../task/quantity.ts";
import { configurationText, type FinalSubmission } from "../task/stanford-2026/configuration.ts";
import type { Source } from "../training-api/training-api.ts";
import type { Terminal } from "./command.ts";

export interface SpendingRequest {
  readonly url: string;
  readonly unit: "FLOPs" | "seconds";
  /** What the most expensive rehearsal took, and the cap. */
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
      "Add --live to spend a real budget",
  );
}

/**
 * The amount that the user allows to be spent on a real endpoint: the value of `--yes-spend`, or a number typed at a prompt.
 *
 * @throws UserError when it is less than planned, more than the cap, or there is no terminal to ask on.
 */
export async function allowedSpending(request: SpendingRequest, terminal: Terminal): Promise<number> {
  const { planned, cap, url, unit, yesSpend } = request;
  const [least, most] = [typed(planned, unit), typed(cap, unit)];
  if (yesSpend !== undefined) return checked(yesSpend, request, "--yes-spend");
  if (!terminal.interactive || !process.stdin.isTTY)
    throw new UserError(
      `${url} is real, and there is no terminal to confirm the cost: add --yes-spend with ${least} (planned) to ${most} (the cap)`,
    );
  const { isCancel, text } = await import("@clack/prompts");
  terminal.err(
    `${url} is REAL: ${unit} spent there cannot be recovered.\n  planned  ${formatAmount(planned, unit)}, the most expensive rehearsal\n  cap      ${formatAmount(cap, unit)}\n`,
  );
  const answer = await text({
    message: `Type the ${unit} that may be spent, from ${least} to ${most}; anything else cancels`,
    output: process.stderr,
  });
  if (isCancel(answer)) throw new UserError("not confirmed: no query was sent");
  return checked(Number(answer), request, "the typed number");
}

/** An amount as it may be typed: seconds rounded up. */
function typed(amount: number, unit: SpendingRequest["unit"]): string {
  return unit === "FLOPs" ? formatFlops(amount) : String(Math.ceil(amount));
}

function checked(amount: number, { planned, cap, unit }: SpendingRequest, name: string): number {
  if (amount >= planned && amount <= cap) return amount;
  throw new UserError(
    `${name} must be from ${typed(planned, unit)} (the planned cost) to ${typed(cap, unit)} (the cap), got ${Number.isFinite(amount) ? typed(amount, unit) : "no number"}: no query was sent`,
  );
}

export interface FinalRequest {
  readonly url: string;
  readonly source: Source;
  readonly final: FinalSubmission;
  /** The value of `--yes-final`. */
  readonly yesFinal?: string | undefined;
}

/**
 * Lets a final submission pass that the user confirms: by its fingerprint in `--yes-final`, or typed at a prompt. A
 * simulated endpoint needs no confirmation.
 *
 * @throws UserError unless it was confirmed: nothing is sent.
 */
export async function checkFinal({ url, source, final, yesFinal }: FinalRequest, terminal: Terminal): Promise<void> {
  const fingerprint = finalFingerprint(final);
  if (source === "simulated" && yesFinal === undefined) return;
  if (yesFinal !== undefined) {
    if (yesFinal === fingerprint) return;
    throw new UserError(`--yes-final must be ${fingerprint}, this final submission, got ${yesFinal}: it was not sent`);
  }
  if (!terminal.interactive || !process.stdin.isTTY)
    throw new UserError(
      `${url} is real, and there is no terminal to confirm the final submission: add --yes-final ${fingerprint}. It was not sent`,
    );
  const { isCancel, text } = await import("@clack/prompts");
  terminal.err(
    `${url} is REAL. This becomes your final submission, in place of any before:\n${configurationText(final)}\n`,
  );
  const typed = await text({
    message: `Type ${fingerprint} to send it; anything else cancels`,
    output: process.stderr,
  });
  if (isCancel(typed) || typed !== fingerprint) throw new UserError("not confirmed: the final submission was not sent");
}

/** A short name of a final submission: digits of its SHA-256. */
export function finalFingerprint(final: FinalSubmission): string {
  return hash("sha256", configurationText(final)).slice(0, 12);
}
