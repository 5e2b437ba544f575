import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving } from "./behaviors.ts";

const strategy: Strategy = behaving("steady", {});

export default strategy;
