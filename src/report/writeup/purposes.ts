import type { JournaledRun } from "../../flight/reconstruct.ts";

/** Runs that were bought for the same reason; numbers in it that differ between them are given as ranges. */
export interface Purpose {
  readonly reason: string;
  /** Places in the order of all runs, from 0. */
  readonly runs: readonly number[];
  /** FLOPs of the answered ones. */
  readonly flops: number;
}

const NUMBER = /\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;
/** More reasons than this are shortened to what stands before their colon. */
const MOST = 10;

/** The reasons of runs in the order they first appear; runs without one are left out. */
export function purposesOf(runs: readonly JournaledRun[]): Purpose[] {
  const stated = runs.flatMap(({ reason, status, trainFlops }, index) =>
    reason === undefined ? [] : [{ reason, index, flops: status === "ok" ? trainFlops : 0 }],
  );
  const alike = grouped(stated, ({ reason }) => reason);
  if (alike.length <= MOST) return alike;
  const short = grouped(stated, ({ reason }) => reason.replace(/(.)[:,;] .*$/, "$1"));
  if (short.length <= 2 * MOST) return short;
  const common = short.toSorted((a, b) => b.runs.length - a.runs.length).slice(0, 2 * MOST - 1);
  const rest = short.filter((purpose) => !common.includes(purpose));
  const others = {
    reason: "other reasons",
    runs: rest.flatMap(({ runs: own }) => own),
    flops: rest.reduce((sum, { flops }) => sum + flops, 0),
  };
  return [...short.filter((purpose) => common.includes(purpose)), others];
}

interface Stated {
  readonly reason: string;
  readonly index: number;
  readonly flops: number;
}

function grouped(stated: readonly Stated[], textOf: (run: Stated) => string): Purpose[] {
  const groups = Map.groupBy(stated, (run) => textOf(run).replace(NUMBER, "#"));
  return [...groups.values()].map((own) => ({
    reason: withRanges(own.map(textOf)),
    runs: own.map(({ index }) => index),
    flops: own.reduce((sum, { flops }) => sum + flops, 0),
  }));
}

/** Texts that differ in numbers only, as one: `4–8×256 at 1e16`. */
function withRanges(texts: readonly string[]): string {
  const numbers = texts.map((text) => text.match(NUMBER) ?? []);
  let slot = -1;
  return (texts[0] as string).replace(NUMBER, () => {
    slot++;
    const sorted = numbers.map((own) => own[slot] as string).sort((a, b) => Number(a) - Number(b));
    const [low, high] = [sorted[0] as string, sorted.at(-1) as string];
    return Number(low) === Number(high) ? low : `${low}–${high}`;
  });
}
