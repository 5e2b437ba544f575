import { Command, InvalidArgumentError, Option } from "commander";
import { parseQuantity } from "../task/quantity.ts";

/** Where a command writes: results on `out`, progress and logs on `err`. Injected, so that tests need no process. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** True when `err` is an interactive terminal, which can show colors and a progress bar. */
  readonly interactive: boolean;
  /** Characters that fit a line of `out`; infinite where it is not a terminal, so that a program reads whole lines. */
  readonly columns: number;
}

/** Options of every command. */
export interface CommonOptions {
  readonly json?: true;
  readonly seed: number;
  readonly wide?: true;
}

/** A command with the common options. */
export function isoflopCommand(name: string, summary: string): Command {
  return new Command(name)
    .description(summary)
    .addOption(new Option("--json", "print one JSON document on stdout; progress and logs go to stderr"))
    .addOption(new Option("--wide", "let lines be wider than the terminal"))
    .addOption(new Option("--seed <n>", "seed of all random numbers").default(0).argParser(wholeNumber));
}

/** Parses `2e18`, `2.1B`, `30M`. */
export function quantity(text: string): number {
  const value = parseQuantity(text);
  if (value === undefined || value <= 0)
    throw new InvalidArgumentError('expected a positive number such as "2e18", "2.1B" or "128".');
  return value;
}

/** Parses a timeout in seconds into whole milliseconds, as timers need them. */
export function seconds(text: string): number {
  const value = parseQuantity(text);
  if (value === undefined || !(value >= 0.001 && value <= 86_400))
    throw new InvalidArgumentError("expected seconds, from 0.001 to 86400 (a day).");
  return Math.round(1000 * value);
}

/** Parses a comma-separated list of quantities, added to those given before. */
export function quantities(text: string, earlier: readonly number[] = []): number[] {
  return [...earlier, ...text.split(",").map((item) => quantity(item))];
}

export function wholeNumber(text: string): number {
  const value = parseQuantity(text);
  if (value === undefined || value < 0 || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('expected a whole number such as "10".');
  return value;
}

export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError("a port is at most 65535.");
  return port;
}

/** The help of `--answers`, which several commands have. */
export const ANSWERS_HELP = "a table of real answers; they replace the world's";
