import type { Ledger } from "../../src/ledger/ledger.ts";
import type { World } from "../../src/surface/world.ts";
import type { Submission } from "../../src/task/submission.ts";

/** The world that answers, and who has spent what in it. */
export interface Serving {
  readonly world: World;
  readonly ledger: Ledger;
}

/** How good a submission was, from the truth of its world. Losses and regrets in nats per token. */
export interface Grade {
  readonly trueLoss: number;
  readonly predictedLoss: number;
  /** truth(submitted) − truth(best), and its two parts. */
  readonly regret: number;
  readonly regretFromSize: number;
  readonly regretFromHyperparameters: number;
  /** ln(N̂/N*), signed. */
  readonly lnNError: number;
  /** Predicted loss − truth, signed. */
  readonly lossError: number;
  /** Whether the interval holds the true loss; absent without an interval. */
  readonly covered?: boolean;
}

export interface DashboardOptions {
  readonly serving: Serving;
  /** Which frozen draw of the noise answers; that of the API. @defaultValue 0 */
  readonly repetition?: number;
  /** Names of the worlds to choose from. */
  readonly worlds: readonly string[];
  /** Opens a world with its ledger, the same ledger for the same world; or says why no other can be opened. */
  readonly open: ((name: string) => Promise<Serving>) | { readonly refusal: string };
  /** Grades a submission; throws a UserError when it may not be handed in. Injected: this room knows no scores. */
  readonly grade: (world: World, submission: Submission) => Grade;
  /** The secret that opens the dashboard. Without one it opens to this machine alone, by a token made at each start. */
  readonly adminToken?: string | undefined;
}
