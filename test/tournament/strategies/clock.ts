import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving, SUBMISSION } from "./behaviors.ts";

const strategy: Strategy = behaving("clock", { recommend: () => ({ ...SUBMISSION, predictedLoss: Date.now() }) });

export default strategy;
