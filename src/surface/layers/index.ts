// The effects that go over a base law. A layer is one file and one line here:
//   export const dropout: Layer<Dropout> = { name: "dropout", schema, build };
// `name` is the value of `layer` in a world's document; `schema` reads the rest of it. every-layer.test.ts
// tests each layer exported here.
export { batch } from "./batch.ts";
export { batchOptimum } from "./batch-optimum.ts";
export { fewSteps } from "./few-steps.ts";
export { headDimension } from "./head-dimension.ts";
export { learningRate } from "./learning-rate.ts";
export { recipe } from "./recipe.ts";
export { residual } from "./residual.ts";
export { shape } from "./shape.ts";
