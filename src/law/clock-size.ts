import type { ClockBudget } from "../task/clock.ts";
import { runtimeOf, type RuntimeConstants, usualRuntime, type Timed } from "./runtime.ts";
