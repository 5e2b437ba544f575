import type { RunConfig } from "../task/configuration.ts";

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/** The next state of a 32-bit hash after one more word (MurmurHash3's mixing step, Appleby 2011). */
function mix(state: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = state ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function mixNumber(state: number, value: number): number {
  float[0] = value;
  return mix(mix(state, words[0] as number), words[1] as number);
}

/** A 32-bit hash of a seed and one whole number. */
export function hashWord(seed: number, word: number): number {
  return mix(mix(seed | 0, word), 0x5bd1e995);
}

/** A 32-bit hash of a seed, a repetition and a configuration. */
export function hashConfiguration(seed: number, repetition: number, config: RunConfig): number {
  return continued(mixNumber(seed | 0, repetition), config);
}

/** The same of the configurations from `from` on, into the first `count` hashes. */
export function hashConfigurations(
  seed: number,
  repetition: number,
  configs: readonly RunConfig[],
  from: number,
  count: number,
  hashes: Int32Array,
): void {
  const start = mixNumber(seed | 0, repetition);
  for (let i = 0; i < count; i++) hashes[i] = continued(start, configs[from + i]!);
}

function continued(start: number, config: RunConfig): number {
  let state = mix(start, config.dModel);
  state = mix(state, config.numLayers);
  state = mix(state, config.numHeads);
  state = mix(state, config.batchSize);
  state = mixNumber(state, config.learningRate);
  return mixNumber(state, config.trainFlops);
}

/** A 32-bit hash of a seed and a text. */
export function hashText(seed: number, text: string): number {
  let state = seed | 0;
  for (let i = 0; i < text.length; i++) state = mix(state, text.charCodeAt(i));
  return mix(state, text.length);
}

/** The n-th uniform draw in (0, 1) that belongs to a hash (MurmurHash3's finalizer over a Weyl sequence). */
export function uniform(hash: number, n: number): number {
  let h = (hash + Math.imul(n + 1, 0x9e3779b9)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296 + 1 / 8589934592;
}

/** A standard normal draw that belongs to a hash; takes the uniform draws n and n + 1. */
export function normal(hash: number, n: number): number {
  oneHash[0] = hash;
  fillNormal(oneHash, n, 1, oneDraw);
  return oneDraw[0]!;
}

const oneHash = new Int32Array(1);
const oneDraw = new Float64Array(1);

/** Those of the first `count` hashes (Box and Muller 1958). */
export function fillNormal(hashes: Int32Array, n: number, count: number, draws: Float64Array): void {
  for (let i = 0; i < count; i++) draws[i] = Math.log(uniform(hashes[i]!, n));
  for (let i = 0; i < count; i++)
    draws[i] = Math.sqrt(-2 * draws[i]!) * Math.cos(2 * Math.PI * uniform(hashes[i]!, n + 1));
}
