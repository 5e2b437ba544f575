import { JOB_KEY } from "../../../../src/task/stanford-2026/budget.ts";
import { TOKEN_HEADER } from "../../wire.ts";
import { writeStored } from "../browser-storage.ts";

/** A job as the API tells of it; only what the page shows. */
export interface Experiment {
  readonly experiment_id: number;
  readonly training_config: {
    readonly architecture_config: { readonly hidden_size: number; readonly num_hidden_layers: number };
    readonly optimizer_config: { readonly lr_scheduler: { readonly peak_value: number } };
    readonly train_batch_size: number;
    readonly n_evals: number;
    readonly total_train_tokens: number;
    readonly max_runtime_seconds: number;
  };
  readonly status: {
    readonly status_type: "queued" | "running" | "completed" | "failed";
    readonly queued_at: string;
    readonly val_losses?: readonly number[];
    readonly used_runtime_seconds?: number;
    readonly reason?: {
      readonly reason: string;
      readonly failure?: string;
      readonly partial_val_losses?: readonly number[];
    };
  };
}

export interface Budget {
  readonly used_seconds: number;
  readonly remaining_seconds: number;
  readonly total_budget_seconds: number;
}

export interface FinalSubmission {
  readonly training_config: Experiment["training_config"];
  readonly predicted_final_loss: number;
  readonly submitted_at: string;
}

/** What training a final submission for 48 hours came to. */
export interface FinalRun {
  readonly status: string;
  readonly used_runtime_seconds: number;
  readonly final_loss: number | null;
  readonly predicted_final_loss: number;
  readonly failure?: string;
}

/** Something wrong with one field, as the API says it. */
export interface FieldFault {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

/** A refusal: in words, with the faults of fields where it has any. */
export class Refusal extends Error {
  readonly status: number;
  readonly faults: readonly FieldFault[];

  constructor(status: number, detail: unknown) {
    const faults = Array.isArray(detail) ? (detail as FieldFault[]) : [];
    const nested = (detail as { message?: unknown } | undefined)?.message;
    const text = typeof detail === "string" ? detail : typeof nested === "string" ? nested : `status ${status}`;
    super(faults.length > 0 ? faults.map(({ loc, msg }) => `${nameOf(loc)}${msg}`).join("; ") : text);
    this.status = status;
    this.faults = faults;
  }
}

function nameOf(loc: FieldFault["loc"]): string {
  const path = loc.filter((part) => part !== "body" && part !== "training_config");
  return path.length > 0 ? `${path.join(".")}: ` : "";
}

/** `fetch`, or what answers in its place. */
export type Send = (path: string, request: RequestInit) => Promise<Response>;

/** The page's way to the API, with a student's key, and to the admin routes, with the page's token. */
export class JobsApi {
  key = "";
  readonly #send: Send;
  #token: string;

  constructor(send: Send, token = "") {
    this.#send = send;
    this.#token = token;
  }

  /** Takes the admin token that a server with one wants typed; it stays in this tab. */
  unlock(token: string): void {
    this.#token = token;
    writeStored("sessionStorage", STORED_TOKEN, token);
  }

  /** Whether a key can be one: eight digits. */
  get hasKey(): boolean {
    return JOB_KEY.test(this.key);
  }

  /** Asks the API. Rejects with a Refusal. `body` is JSON already where it is text. */
  ask<T>(path: string, body?: unknown): Promise<T> {
    return this.#request(path, { "X-API-Key": this.key }, body);
  }

  /** Asks the routes that only the mock has. */
  admin<T>(path: string, body?: unknown): Promise<T> {
    return this.#request(`/admin/${path}`, { [TOKEN_HEADER]: this.#token }, body);
  }

  async #request<T>(path: string, headers: Record<string, string>, body?: unknown): Promise<T> {
    const sent =
      body === undefined
        ? { headers }
        : {
            method: "POST",
            headers: { ...headers, "Content-Type": "application/json" },
            body: typeof body === "string" ? body : JSON.stringify(body),
          };
    const response = await this.#send(path, sent);
    const answer = await response.json();
    if (!response.ok) throw new Refusal(response.status, answer.detail ?? answer.message);
    return answer as T;
  }
}

/** Where a tab keeps the token that was typed. */
export const STORED_TOKEN = "isoflop-token";
