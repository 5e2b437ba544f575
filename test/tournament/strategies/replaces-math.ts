import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving, SUBMISSION } from "./behaviors.ts";

const strategy: Strategy = behaving("replaces-math", {
  recommend: () => {
    Math.log = () => 0;
    return SUBMISSION;
  },
});

export default strategy;
