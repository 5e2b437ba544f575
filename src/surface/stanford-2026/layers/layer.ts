import type { ObjectSchema } from "../../../task/schema.ts";

/**
 * A part of a world of jobs. One file exports one layer and stands in `world-document.ts`.
 *
 * @typeParam T the layer's constants, its part of a world's document.
 * @typeParam Built what the constants make.
 */
export interface JobLayer<T extends object, Built> {
  readonly schema: ObjectSchema<T>;
  build(constants: T): Built;
}
