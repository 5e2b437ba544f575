import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving } from "./behaviors.ts";

const strategy: Strategy = behaving("connects", {
  recommend: () => {
    throw new WebSocket("ws://127.0.0.1:1");
  },
});

export default strategy;
