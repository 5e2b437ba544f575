import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving } from "./behaviours.ts";

const strategy: Strategy = behaving("hangs", {
  recommend: () => {
    for (;;);
  },
});

export default strategy;
