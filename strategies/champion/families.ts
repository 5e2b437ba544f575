import type { Task } from "../../src/task/task.ts";
import { ANNEALED } from "./annealed.ts";
import { asksTheEndpoint } from "./candidates.ts";
import { ALL_EFFECTS, effectsOf } from "./effects.ts";
import { GATED } from "./gated.ts";
import type { Ingredients } from "./ingredients.ts";
import { CHINCHILLA, FLOORLESS, type Frame, RUNNING, VALLEY } from "./laws.ts";
import { layered } from "./layered.ts";
import { mechanistic } from "./mechanistic.ts";
import type { SurfaceFamily } from "./surface-family.ts";

/** Terms of laws are measured at this share of the cap. */
const FRAME = 0.225;

/** The families of surfaces that may hold in a task, in no order. */
export function familiesFor(task: Task, which: Ingredients["effects"] = "varied"): SurfaceFamily[] {
  const frame: Frame = { logC: Math.log(FRAME * task.cap), logTarget: Math.log(task.target) };
  const effects = which === "all" ? ALL_EFFECTS : effectsOf(task);
  const making = { effects, frame };
  const families = [
    layered({ ...making, law: CHINCHILLA, charged: false }),
    layered({ ...making, law: RUNNING, charged: false }),
    layered({ ...making, law: FLOORLESS, charged: false }),
    layered({ ...making, law: VALLEY, charged: false }),
  ];
  if (!asksTheEndpoint(task)) return families;
  return [...families, layered({ ...making, law: RUNNING, charged: true }), mechanistic(frame), GATED, ANNEALED];
}
