import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving } from "./behaviors.ts";

const strategy: Strategy = behaving("hangs", {
  recommend: () => {
    for (;;);
  },
});

export default strategy;
