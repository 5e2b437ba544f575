import { randomStream } from "../../src/task/random.ts";
import { FAULTS, type Fault, type FaultRule } from "./document.ts";

/** What happens to one request. */
export interface Fate {
  readonly delayMs: number;
  /** Absent when the request is only delayed. */
  readonly fault?: Fault;
  /** The status of a fault that has one. */
  readonly status: number;
}

/**
 * The fate of a rule's request: the same for the same seed, place of the rule and number of the request, whatever
 * happened to earlier requests.
 */
export function fateOf(rule: FaultRule, seed: number, place: number, request: number): Fate {
  const rng = randomStream(`faults/${seed}/${place}/${request}`);
  const delayMs = rule.latencyMs + rule.jitterMs * rng();
  const fault = drawn(rule, rng());
  const status = rule.statuses[Math.floor(rng() * rule.statuses.length)] as number;
  return fault ? { delayMs, fault, status } : { delayMs, status };
}

function drawn({ shares }: FaultRule, u: number): Fault | undefined {
  let sum = 0;
  return FAULTS.find((fault) => {
    sum += shares[fault] ?? 0;
    return u < sum;
  });
}
