import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving } from "./behaviors.ts";

const strategy: Strategy = behaving("eats-memory", {
  recommend: () => {
    const all: number[][] = [];
    for (;;) all.push(new Array(100_000).fill(1));
  },
});

export default strategy;
