import * as z from "zod";
import { finite, objectSchema, positive } from "../../task/schema.ts";
import type { Layer } from "./layer.ts";

/** The ends of an axis: the smallest and the largest value a polynomial was fitted to. */
export type Ends = readonly [low: number, high: number];

/**
 * The residual of a law and its effects on a table, as a polynomial. Its axes are ln N and ln D, and where they are given ln of
 * d/L, of the learning rate and of the batch size, each from −1 at the low end of the table to 1 at its high end. Beyond
 * an end the value at that end counts, since a polynomial says nothing there.
 */
export interface ResidualLayer {
  readonly layer: "residual";
  readonly parameters: Ends;
  /** In tokens. */
  readonly tokens: Ends;
  readonly aspectRatio?: Ends;
  readonly learningRate?: Ends;
  /** In sequences. */
  readonly batchSize?: Ends;
  /** By degree, then as words over the axes: 1, x, y, x², xy, y², x³, x²y, …, in nats; those left out at the end are 0. */
  readonly coefficients: readonly number[];
}

const ends = z.tuple([positive, positive]);
const optionalEnds = ends.exactOptional() as z.ZodType<Ends>;

/** No polynomial has a higher degree. */
export const HIGHEST_DEGREE = 6;

export const residual: Layer<ResidualLayer> = {
  name: "residual",
  schema: objectSchema<ResidualLayer>({
    layer: z.literal("residual"),
    parameters: ends,
    tokens: ends,
    aspectRatio: optionalEnds,
    learningRate: optionalEnds,
    batchSize: optionalEnds,
    coefficients: z.array(finite).min(1).max(462),
  }),
  build(inner, { parameters, tokens, aspectRatio, learningRate, batchSize, coefficients }) {
    const x = unitCoordinate(parameters);
    const y = unitCoordinate(tokens);
    const [shape, rate, batch] = [aspectRatio, learningRate, batchSize].map((each) => each && unitCoordinate(each));
    const axes = new Float64Array([parameters, tokens, aspectRatio, learningRate, batchSize].filter(Boolean).length);
    const all = monomials(axes.length, HIGHEST_DEGREE);
    const count = Math.min(coefficients.length, all.length);
    const terms = new Float64Array(count);
    return (points, losses) => {
      inner(points, losses);
      const rows = points.count;
      const logN = points.parameters.logs(rows);
      const logD = points.tokens.logs(rows);
      const logRate = points.learningRate.logs(rows);
      const logBatch = points.batchSize.logs(rows);
      for (let row = 0; row < rows; row++) {
        let axis = 0;
        axes[axis++] = x(logN[row]!);
        axes[axis++] = y(logD[row]!);
        if (shape) axes[axis++] = shape(Math.log(points.dModel.values[row]! / points.numLayers.values[row]!));
        if (rate) axes[axis++] = rate(logRate[row]!);
        if (batch) axes[axis++] = batch(logBatch[row]!);
        fillTerms(all, axes, terms);
        let sum = 0;
        for (let i = 0; i < count; i++) sum += (coefficients[i] as number) * (terms[i] as number);
        // A polynomial can be wrong by any amount; a loss cannot be negative.
        losses[row] = Math.max(losses[row]! / 2, losses[row]! + sum);
      }
    };
  },
};

/** From ln of a value to −1 … 1 between the two ends, clamped. */
export function unitCoordinate([low, high]: Ends): (log: number) => number {
  const center = (Math.log(low) + Math.log(high)) / 2;
  const half = Math.max(1e-9, Math.abs(Math.log(high) - Math.log(low)) / 2);
  return (log) => Math.min(1, Math.max(-1, (log - center) / half));
}

/** A product of axes: one axis times an earlier monomial, the first of all being 1. */
export interface Monomial {
  readonly degree: number;
  readonly axis: number;
  readonly rest: number;
}

/** All monomials of so many axes up to a degree, in the order of the coefficients. */
export function monomials(axes: number, degree: number): readonly Monomial[] {
  const all: Monomial[] = [{ degree: 0, axis: -1, rest: 0 }];
  let [from, to] = [0, 1];
  for (let d = 1; d <= degree; d++) {
    // Words of this degree begin with an axis that comes no later than the first of what follows.
    for (let axis = 0; axis < axes; axis++)
      for (let rest = from; rest < to; rest++)
        if (d === 1 || axis <= all[rest]!.axis) all.push({ degree: d, axis, rest });
    [from, to] = [to, all.length];
  }
  return all;
}

/** Fills `terms` with the first monomials at a position. */
export function fillTerms(all: readonly Monomial[], axes: ArrayLike<number>, terms: Float64Array): void {
  terms[0] = 1;
  for (let i = 1; i < terms.length; i++) terms[i] = axes[all[i]!.axis]! * terms[all[i]!.rest]!;
}
