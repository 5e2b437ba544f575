import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving } from "./behaviors.ts";

const strategy: Strategy = behaving("throws", {
  recommend: () => {
    throw new Error("out of ideas");
  },
});

export default strategy;
