import { crc32 } from "node:zlib";
import type { Result } from "./result.ts";

/** A result with the key it is filed under (plan.ts says what the key stands for). */
export type StoredResult = Result & { readonly key: string };

/** A result as one line of JSON that ends in its own checksum. */
export function resultLine(key: string, result: Result): string {
  const text = JSON.stringify({ key, ...result });
  return `${text.slice(0, -1)},"check":"${checksum(text)}"}`;
}

/** The result on a line; undefined when the line is torn or corrupt. */
export function parseResultLine(line: string): StoredResult | undefined {
  const match = /^(.*),"check":"([0-9a-f]{8})"\}$/.exec(line);
  if (!match || checksum(`${match[1]}}`) !== match[2]) return undefined;
  return JSON.parse(`${match[1]}}`) as StoredResult;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
