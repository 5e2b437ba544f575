import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving } from "./behaviours.ts";

const strategy: Strategy = behaving("steady", {});

export default strategy;
