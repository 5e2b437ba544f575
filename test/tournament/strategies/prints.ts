import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving, SUBMISSION } from "./behaviors.ts";

console.log("loading");

const strategy: Strategy = behaving("prints", {
  recommend: () => {
    console.log("thinking aloud");
    return SUBMISSION;
  },
});

export default strategy;
