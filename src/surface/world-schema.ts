import * as z from "zod";
import { UserError } from "../task/errors.ts";
import type { WorldDocument } from "./world-document.ts";

const finite = z.number();
const positive = z.number().positive();
const share = z.number().min(0).max(1);
const ascending = z
  .array(positive)
  .min(1)
  .refine((values) => values.every((value, i) => i === 0 || value > (values[i - 1] as number)), "must be ascending");
const interval = z
  .tuple([positive, positive])
  .refine(([low, high]) => low <= high, "the first must not be above the second");

const chinchilla = z.strictObject({
  law: z.literal("chinchilla"),
  E: z.number().min(0),
  A: positive,
  B: positive,
  alpha: positive,
  beta: positive,
});
const kaplan = z.strictObject({
  law: z.literal("kaplan"),
  criticalParameters: positive,
  alphaN: positive,
  criticalSteps: positive,
  alphaS: positive,
  criticalTokens: positive,
  alphaB: positive,
});
const threeTerm = z.strictObject({
  law: z.literal("three-term"),
  E: z.number().min(0),
  A: positive,
  alpha: positive,
  B: positive,
  beta: positive,
  F: positive,
  phi: positive,
});
const powerPlusConstant = z.strictObject({ slope: finite, power: finite, constant: finite });
const farseer = z.strictObject({
  law: z.literal("farseer"),
  floor: powerPlusConstant,
  coefficient: powerPlusConstant,
  exponent: powerPlusConstant,
});
const bounded = z.strictObject({ ...chinchilla.shape, law: z.literal("bounded") });
const brokenTerm = z
  .strictObject({ coefficient: positive, exponent: positive, breakAt: positive, change: finite, width: positive })
  .refine(({ exponent, change }) => exponent + change > 0, {
    path: ["change"],
    message: "exponent + change must be positive, or more would be worse",
  });
const broken = z.strictObject({ law: z.literal("broken"), E: z.number().min(0), size: brokenTerm, data: brokenTerm });
const beyond = z.strictObject({
  optimalLearningRate: z.number().gt(1e-3),
  divergentLearningRate: z.number().gt(1e-3),
  plateau: positive,
  widthReach: z.number().min(0),
  shapeStrength: z.number().min(0),
  bestAspectRatio: positive,
});
/** What both averaged surfaces have. */
const capacityAndProgress = {
  E: z.number().min(0),
  logA: finite,
  alpha: positive,
  logK: finite,
  beta: positive,
  g0: finite,
  g1: finite,
  w: finite,
  v: finite,
  b: finite,
  beyond,
};
const mechanistic = z.strictObject({
  law: z.literal("mechanistic"),
  ...capacityAndProgress,
  p: positive,
  logSlowSteps: finite,
  m: finite,
});
const gated = z.strictObject({
  law: z.literal("gated"),
  ...capacityAndProgress,
  firstPhaseLoss: positive,
  logX: finite,
  q: positive,
  gateWidth: finite,
});

const flops = z.number().positive().refine(Number.isInteger, "must be a whole number of FLOPs");
const configuration = z.strictObject({
  dModel: positive,
  numLayers: positive,
  numHeads: positive,
  batchSize: positive,
  learningRate: positive,
  trainFlops: flops,
});
const table = z.strictObject({
  law: z.literal("table"),
  runs: z.array(configuration.extend({ loss: positive })).min(2),
});

const layer = z.discriminatedUnion("layer", [
  z.strictObject({
    layer: z.literal("learning-rate"),
    optimum: z.strictObject({ coefficient: positive, N: finite, D: finite, C: finite }),
    curvature: z.number().min(0),
    belowExponent: z.number().min(0),
    bowlWidth: z.number().min(0),
    divergence: z.strictObject({ threshold: z.number().gt(1), width: positive, plateau: positive }),
  }),
  z.strictObject({ layer: z.literal("batch"), criticalTokens: positive, exponent: positive }),
  z.strictObject({
    layer: z.literal("shape"),
    strength: z.number().min(0),
    bestAspectRatio: positive,
    fewLayers: positive,
    fewLayersStrength: z.number().min(0),
  }),
  z.strictObject({ layer: z.literal("head-dimension"), minimum: positive, cost: z.number().min(0) }),
  z.strictObject({ layer: z.literal("few-steps"), slowSteps: z.number().min(0), sharpness: positive }),
]);

const surface = z
  .strictObject({
    base: z.discriminatedUnion("law", [
      chinchilla,
      kaplan,
      threeTerm,
      farseer,
      bounded,
      broken,
      mechanistic,
      gated,
      table,
    ]),
    layers: z.array(layer),
    untrainedLoss: positive,
  })
  .refine(({ base, layers }) => !["mechanistic", "gated", "table"].includes(base.law) || layers.length === 0, {
    path: ["layers"],
    message: "this base has its effects inside: it takes no layers",
  })
  .refine(({ base, layers }) => base.law !== "kaplan" || layers.every((effect) => effect.layer !== "batch"), {
    path: ["layers"],
    message: "Kaplan's law has the critical batch size inside: it takes no batch layer",
  })
  .refine(({ base, untrainedLoss }) => !("E" in base) || base.E < untrainedLoss, {
    path: ["base", "E"],
    message: "must be below the untrained loss",
  })
  .refine(
    ({ base, untrainedLoss }) =>
      base.law !== "gated" || (base.firstPhaseLoss > base.E && base.firstPhaseLoss <= untrainedLoss),
    { path: ["base", "firstPhaseLoss"], message: "must lie between E and the untrained loss" },
  );

const noise = z.strictObject({
  sdByLoss: z
    .array(z.tuple([finite, z.number().min(0)]))
    .refine((knots) => knots.every(([loss], i) => i === 0 || loss > (knots[i - 1]?.[0] as number)), {
      message: "losses must be ascending",
    }),
  outliers: z.strictObject({ probability: share, scale: z.number().min(0) }).optional(),
});

const grid = z.strictObject({
  dModel: ascending,
  numLayers: ascending,
  numHeads: ascending,
  learningRate: ascending,
});
const answers = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("smooth") }),
  z.strictObject({
    kind: z.literal("floor"),
    grid,
    pull: z.strictObject({ dModel: share, numLayers: share, learningRate: share }),
    residual: z.number().min(0),
  }),
  z.strictObject({ kind: z.literal("tree"), grid, residual: z.number().min(0) }),
]);

const domain = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("range"), minimum: positive, maximum: positive, integer: z.boolean() }),
  z.strictObject({ kind: z.literal("choice"), values: z.array(positive).min(1) }),
]);
const task = z.strictObject({
  searchSpace: z.strictObject({
    dModel: domain,
    numLayers: domain,
    numHeads: domain,
    batchSize: domain,
    learningRate: domain,
    trainFlops: z.strictObject({ kind: z.literal("choice"), values: z.array(flops).min(1) }),
  }),
  cap: flops,
  target: flops,
  admissible: z.strictObject({
    batchSizes: z.array(positive).min(1),
    dModel: interval,
    numLayers: interval,
    aspectRatio: interval,
    minimumHeadDimension: positive,
    learningRate: interval,
  }),
  candidates: z.array(configuration).min(1).optional(),
});

const world = z.strictObject({
  schema: z.literal("isoflop-world/1"),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/, "must be words of a-z, 0-9, - and . joined by /"),
  description: z.string().min(1),
  tags: z.array(z.string().min(1)),
  seed: z.int32(),
  accounting: z.enum(["handout", "stanford-2025"]),
  surface,
  noise,
  answers,
  task: z.union([z.literal("stanford-2025"), task]),
});

/**
 * A world from JSON of unknown origin.
 *
 * @param origin what to call it in an error: a file name, or the preset's name.
 * @throws UserError with the path of the first bad field, and how many more there are.
 */
export function parseWorld(value: unknown, origin: string): WorldDocument {
  const result = world.safeParse(value);
  if (result.success) return result.data as WorldDocument;
  const issue = mostTelling(result.error.issues[0]);
  const path = issue?.path.map(String).join(".") || "(the document)";
  const others = result.error.issues.length - 1;
  throw new UserError(`${origin}: ${path}: ${issue?.message}${others > 0 ? ` (and ${others} more)` : ""}`);
}

type Issue = Pick<z.core.$ZodIssue, "message" | "path">;

/** Of a value that may be one of several things, what is wrong with it as the one it comes nearest to. */
function mostTelling(issue: z.core.$ZodIssue | undefined): Issue | undefined {
  if (issue?.code !== "invalid_union") return issue;
  const first = issue.errors.flatMap(([error]) => mostTelling(error) ?? []);
  const nearest = first.toSorted((a, b) => b.path.length - a.path.length)[0];
  return nearest ? { message: nearest.message, path: [...issue.path, ...nearest.path] } : issue;
}
