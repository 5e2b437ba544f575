import { CONTEXT_LENGTH, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { ACCOUNTS, type Account } from "../reading/accounts.ts";
import type { Belief } from "./laplace.ts";

/** A training run as the families see it: ln N, ln D in tokens, and optimiser steps. */
export interface Sight {
  readonly logN: number;
  readonly logD: number;
  readonly steps: number;
}

/** A family of laws: what compute is taken to buy, what is believed of its variables, and its loss. */
export interface LawFamily {
  readonly name: string;
  readonly account: Account;
  readonly belief: Belief;
  readonly loss: (x: Float64Array, sight: Sight) => number;
}

/** ln N and ln D where the terms are measured: the middle of what a cap like the course's buys. */
const CENTRE = { logN: Math.log(2e7), logD: Math.log(8e8) };
/** The loss of an untrained model of 32,000 tokens, in nats. */
const UNTRAINED = 10.5;

/** E, ln of the size and the data term at the centre, their exponents: as published fits have them, widened. */
const CHINCHILLA: Belief = { mean: [1.7, 0.34, 0.22, 0.34, 0.34], sd: [0.5, 0.5, 0.5, 0.08, 0.08] };

/** A run under a family's account. */
export function sightOf(config: RunConfig, { tokensOf }: Account): Sight {
  const tokens = tokensOf(config);
  return {
    logN: Math.log(nonEmbeddingParameters(config)),
    logD: Math.log(tokens),
    steps: tokens / (config.batchSize * CONTEXT_LENGTH),
  };
}

/** N parameters trained with C FLOPs under a family's account. */
export function sightAt(N: number, C: number, batchSize: number, { tokens }: Account): Sight {
  const D = tokens(N, C);
  return { logN: Math.log(N), logD: Math.log(D), steps: D / (batchSize * CONTEXT_LENGTH) };
}

/** Chinchilla's law whose first steps do not count in full: D·S/(S + S_0). */
function chinchilla(account: Account): LawFamily {
  return {
    name: `Chinchilla, ${account.words}`,
    account,
    belief: { mean: [...CHINCHILLA.mean, Math.log(100)], sd: [...CHINCHILLA.sd, 1] },
    loss: (x, { logN, logD, steps }) => threeTerms(x, logN, logD - Math.log1p(Math.exp(x[5]!) / steps)),
  };
}

/** Chinchilla's law that saturates at the untrained loss. */
function saturating(account: Account): LawFamily {
  return {
    name: `saturating, ${account.words}`,
    account,
    belief: { mean: [1.2, ...CHINCHILLA.mean.slice(1), Math.log(1.4)], sd: [0.7, ...CHINCHILLA.sd.slice(1), 0.3] },
    loss(x, { logN, logD }) {
      const p = Math.exp(x[5]!);
      const power = (loss: number) => Math.exp(-p * Math.log(loss));
      return Math.exp(-Math.log(power(UNTRAINED) + power(threeTerms(x, logN, logD))) / p);
    },
  };
}

/** Kaplan et al. 2020, equation 1.5, no floor: ln L at the centre, ln p, ln(α_N/α_D) and the balance of the terms. */
function kaplan(account: Account): LawFamily {
  return {
    name: `Kaplan, ${account.words}`,
    account,
    belief: { mean: [1.44, Math.log(0.12), Math.log(0.85), 0], sd: [0.2, 0.5, 0.3, 1] },
    loss(x, { logN, logD }) {
      const [p, s, t] = [Math.exp(x[1]!), Math.exp(x[2]!), x[3]!];
      const level = Math.log(2 * Math.cosh(t / 2));
      const [z1, z2] = [t / 2 - s * (logN - CENTRE.logN), -t / 2 - (logD - CENTRE.logD)];
      const top = Math.max(z1, z2);
      return Math.exp(x[0]! + p * (top + Math.log1p(Math.exp(Math.min(z1, z2) - top)) - level));
    },
  };
}

function threeTerms(x: Float64Array, logN: number, logD: number): number {
  const [E, a, b, alpha, beta] = x as unknown as [number, number, number, number, number];
  return Math.max(0, E) + Math.exp(a - alpha * (logN - CENTRE.logN)) + Math.exp(b - beta * (logD - CENTRE.logD));
}

const [HANDOUT, CHARGED] = ACCOUNTS as unknown as [Account, Account];

/** What the loss may be a law of, in no order. */
export const FAMILIES: readonly LawFamily[] = [
  chinchilla(HANDOUT),
  chinchilla(CHARGED),
  saturating(HANDOUT),
  saturating(CHARGED),
  kaplan(HANDOUT),
  kaplan(CHARGED),
];
