/** What each client of clients_2026.py sees, by its name: of the mock, and of a proxy in front of it. */
export const BEHAVIORS: readonly (readonly [name: string, seen: unknown])[] = [
  ["no_status_checks", { again: "'experiment_id'", poor: "'experiment_id'", left: 43_160 }],
  ["conflict_by_text", true],
  ["polling_without_limit", { type: "completed", losses: 16, falling: true, charged: true }],
  ["bulk_polling", 5],
  ["timeout_as_a_result", { reason: "timeout", usable: true, over: true, charged: 10 }],
  ["hard_coded_key", 43_200],
  ["key_that_is_none", [{ detail: "invalid API key" }, { detail: "invalid API key" }]],
  ["parallel_submissions", { accepted: 2, used: 40_000 }],
  ["final_submission_replaced", { before: null, after: 3.25, used: 0 }],
];
