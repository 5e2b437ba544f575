import { readFileSync } from "node:fs";
import type { Strategy } from "../../../src/task/strategy.ts";
import { behaving } from "./behaviors.ts";

const strategy: Strategy = behaving("reads-files", { summary: readFileSync(import.meta.filename, "utf8") });

export default strategy;
