import { hasSharedData } from "../benchmarks/shared-data.ts";

/**
 * Whether something a test needs is there. Where it is not, the test is skipped with its name in the title; in CI
 * (`REQUIRE_SERVICES=1`) its absence is a failure.
 */
export function requires(what: string, present: boolean): { readonly skip: boolean; readonly note: string } {
  if (!present && process.env.REQUIRE_SERVICES === "1") throw new Error(`this run requires ${what}, which is missing`);
  return { skip: !present, note: present ? "" : ` (skipped: needs ${what})` };
}

/** Whether a file of the data folder beside the checkout is there. */
export function requiresData(path: string): { readonly skip: boolean; readonly note: string } {
  return requires(`../shared/data/${path}`, hasSharedData(path));
}
