import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving, SUBMISSION } from "./behaviours.ts";

const strategy: Strategy = behaving("replaces-math", {
  recommend: () => {
    Math.log = () => 0;
    return SUBMISSION;
  },
});

export default strategy;
