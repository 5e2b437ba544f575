import type { RequestListener } from "node:http";
import { createAppWithDashboard } from "../../../mock-server/dashboard/dashboard.ts";
import { TOKEN_HEADER } from "../../../mock-server/dashboard/wire.ts";
import { createJobsApp } from "../../../mock-server/stanford-2026/app.ts";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import { scoreSubmission } from "../../../src/experiment/score.ts";
import { fingerprintOf } from "../../../src/ledger/fingerprint.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { buildWorld } from "../../../src/surface/build-world.ts";
import { DEFAULT_WORLD, presetDocument } from "../../../src/surface/presets.ts";
import { buildJobWorld } from "../../../src/surface/stanford-2026/build-world.ts";
import { DEFAULT_JOB_WORLD, jobPresetDocument } from "../../../src/surface/stanford-2026/presets.ts";
import { EXAMPLE_CONFIG } from "../../../src/task/stanford-2026/example.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";

/** A mock server, and requests that it answers well. */
export interface Edition {
  readonly name: string;
  readonly gets: readonly string[];
  /** Paths with their bodies. */
  readonly posts: readonly (readonly [path: string, body: string])[];
  /** Headers that open its doors. */
  readonly credentials: readonly string[];
  /** Statuses that it answers with among a thousand requests. */
  readonly statuses: readonly number[];
  readonly open: () => { readonly listener: RequestListener; readonly close: () => void };
}

const ADMIN = "an admin token of this test";
const KEY = fingerprintOf("me");
const QUERY =
  "d_model=256&num_layers=4&num_heads=4&batch_size=128&learning_rate=0.001&train_flops=10000000000000&api_key=me";
const CONFIG = { dModel: 256, numLayers: 4, numHeads: 4, batchSize: 128, learningRate: 1e-3, trainFlops: 1e13 };

const GETS_2025 = [
  `/loss?${QUERY}`,
  "/total_flops_used?api_key=me",
  "/previous_runs?api_key=me",
  "/openapi.json",
  "/docs",
  "/docs/swagger-ui.css",
  "/loss/",
  "/dashboard",
  "/dashboard/",
  "/dashboard/assets/main.js",
  "/",
];
const POSTS_2025: readonly (readonly [string, string])[] = [
  ["/dashboard/ask", JSON.stringify({ key: KEY, config: CONFIG })],
  ["/dashboard/ask", JSON.stringify({ apiKey: "me", config: CONFIG })],
  ["/dashboard/next", JSON.stringify({ key: KEY, budget: 1e17, target: 1e19, parallel: 3 })],
  ["/dashboard/reset", JSON.stringify({ key: KEY })],
  ["/dashboard/world", JSON.stringify({ name: DEFAULT_WORLD })],
  ["/dashboard/grade", JSON.stringify({ config: { ...CONFIG, trainFlops: 1e19 }, predictedLoss: 3 })],
];

const JOB = JSON.stringify(EXAMPLE_CONFIG);
const GETS_2026 = [
  "/budget",
  "/experiments",
  "/experiment/1",
  "/final_submission",
  "/admin/clock",
  "/openapi.json",
  "/docs",
  "/redoc",
  "/dashboard",
  "/",
];
/** No `finish`: a second one is a 500, as on the real server. */
const POSTS_2026: readonly (readonly [string, string])[] = [
  ["/submit", JOB],
  ["/submit", JSON.stringify({ ...EXAMPLE_CONFIG, model_seed: 1, max_runtime_seconds: 5 })],
  ["/final_submission", JSON.stringify({ training_config: EXAMPLE_CONFIG, predicted_final_loss: 3 })],
  ["/admin/advance", JSON.stringify({ seconds: 60 })],
  ["/admin/advance", "{}"],
  ["/admin/final_run", JSON.stringify({ api_key: "12345678" })],
  ["/internal/worker/1/event", JSON.stringify({ log_type: "run_started", run_id: "r", wandb_path: null })],
  ["/internal/worker/1/event", JSON.stringify({ log_type: "validation_loss", run_id: "r", val_losses: [3, 2.5] })],
  ["/internal/worker/1/event", JSON.stringify({ log_type: "run_heartbeat", run_id: "r", elapsed_seconds: 1 })],
];

export const EDITIONS: readonly Edition[] = [
  {
    name: "routes of 2025",
    gets: GETS_2025,
    posts: POSTS_2025,
    credentials: [`${TOKEN_HEADER}: ${ADMIN}`],
    statuses: [200, 307, 400, 401, 404, 405, 422],
    open() {
      const world = buildWorld(presetDocument(DEFAULT_WORLD));
      const ledger = new MemoryLedger();
      return createAppWithDashboard(
        { quirks: true },
        {
          serving: { world, ledger },
          worlds: [DEFAULT_WORLD],
          open: async () => ({ world, ledger }),
          grade: scoreSubmission,
          adminToken: ADMIN,
        },
      );
    },
  },
  {
    name: "routes of 2026",
    gets: GETS_2026,
    posts: POSTS_2026,
    credentials: [`${TOKEN_HEADER}: ${ADMIN}`, `x-internal-key: ${ADMIN}`, "x-api-key: 12345678"],
    statuses: [200, 204, 401, 404, 405, 422],
    open() {
      const world = buildJobWorld(jobPresetDocument(DEFAULT_JOB_WORLD));
      const ledger = new MemoryLedger(SECOND_JOBS);
      const clock = new VirtualClock(0, ledger);
      const listener = createJobsApp({ world, ledger, clock, adminToken: ADMIN, dashboard: true });
      return { listener, close: () => undefined };
    },
  },
];
