import { hash } from "node:crypto";
import { asciiJson } from "../task/canonical-json.ts";

/*
 * A sealed line is one line of JSON in ASCII whose last member, "seal", is a checksum over the rest of the line and over
 * a context: the world of a ledger, or the seal of the line before in a journal. A changed line, or a line in another
 * context, does not match its seal.
 */

/** A record as a sealed line, without a line feed. `digits` is the length of its seal in hexadecimal digits. */
export function sealedLine(record: object, context: string, digits: number): { line: string; seal: string } {
  const open = asciiJson(record).slice(0, -1);
  const seal = sealOf(open, context, digits);
  return { line: `${open},"seal":"${seal}"}`, seal };
}

/** The record of a sealed line; undefined when the line does not match its seal in this context. */
export function unsealed(
  line: string,
  context: string,
  digits: number,
): { readonly record: Record<string, unknown>; readonly seal: string } | undefined {
  const match = /,"seal":"([0-9a-f]+)"\}$/.exec(line);
  const seal = match?.[1];
  if (!match || seal === undefined) return undefined;
  const open = line.slice(0, match.index);
  return sealOf(open, context, digits) === seal ? { record: JSON.parse(`${open}}`), seal } : undefined;
}

function sealOf(open: string, context: string, digits: number): string {
  return hash("sha256", `${context}\n${open}`).slice(0, digits);
}
