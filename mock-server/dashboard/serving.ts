import type { Ledger } from "../../src/ledger/ledger.ts";
import type { World } from "../../src/surface/world.ts";
import type { Submission } from "../../src/task/submission.ts";

/** A world and its ledger. */
export interface Serving {
  readonly world: World;
  readonly ledger: Ledger;
}

/** How good a submission was, from the truth of its world. Losses and regrets in nats per token. */
export interface Grade {
  readonly trueLoss: number;
  readonly predictedLoss: number;
  /** True loss of the submission minus the best possible loss, and its two parts. */
  readonly regret: number;
  readonly regretFromSize: number;
  readonly regretFromHyperparameters: number;
  /** ln(N̂/N*), signed. */
  readonly lnNError: number;
  /** Predicted loss − truth, signed. */
  readonly lossError: number;
  /** Whether the interval contains the true loss; absent without an interval. */
  readonly covered?: boolean;
}

export interface DashboardOptions {
  readonly serving: Serving;
  /** Which fixed draw of the noise the API uses. @defaultValue 0 */
  readonly repetition?: number;
  /** Names of the worlds to choose from. */
  readonly worlds: readonly string[];
  /** Opens a world with its ledger, always the same one per world; or the reason why the world cannot change. */
  readonly open: ((name: string) => Promise<Serving>) | { readonly refusal: string };
  /** Grades a submission; throws a UserError when it is inadmissible. Passed in, since mock-server may not import the scoring. */
  readonly grade: (world: World, submission: Submission) => Grade;
  /** The secret that opens the dashboard. Without one, only this machine can open it, with a token made at each start. */
  readonly adminToken?: string | undefined;
}
