import { type Agent, type IncomingHttpHeaders, request } from "node:http";

/** The answer to one request, its body as text. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const EXAMPLE = {
  d_model: "1024",
  num_layers: "24",
  num_heads: "16",
  batch_size: "128",
  learning_rate: "0.001",
  train_flops: "10000000000000000",
  api_key: "ssh-ed25519 AAAA+/= student@example.edu",
};

/** The target of a `/loss` that asks for the example but for the parameters given; undefined leaves one out. */
export function lossTarget(changes: Partial<Record<keyof typeof EXAMPLE, string | undefined>> = {}): string {
  const parameters = Object.entries({ ...EXAMPLE, ...changes }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return `/loss?${new URLSearchParams(parameters)}`;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** @defaultValue a connection of its own */
  readonly agent?: Agent;
  /** Called when the whole request has been handed to the system. */
  readonly onSent?: () => void;
}

/** Sends a target exactly as it is written. Rejects when the whole answer does not come. */
export function ask(
  port: number,
  path: string,
  { method = "GET", headers = {}, body, agent, onSent }: Asking = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const to = { host: "127.0.0.1", port, path, method, headers, agent: agent ?? false };
    const sent = request(to, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    sent.on("error", reject);
    if (onSent) sent.once("finish", onSent);
    sent.end(body);
  });
}
