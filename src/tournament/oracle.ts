import { optimumOf } from "../surface/truth.ts";
import type { World } from "../surface/world.ts";
import type { Strategy } from "../task/strategy.ts";

/** The name under which a tournament knows the oracle. */
export const ORACLE = "oracle";

/** Knows the truth of one world and asks nothing: the zero of regret. A measuring stick, not a strategy to enter. */
export function oracleOf(world: World): Strategy {
  return {
    name: ORACLE,
    summary: "knows the truth: the zero of regret",
    *queries() {},
    recommend() {
      const { config, loss } = optimumOf(world);
      return { config, predictedLoss: loss };
    },
  };
}
