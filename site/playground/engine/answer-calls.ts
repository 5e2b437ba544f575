import { thrownText } from "../../../src/task/errors.ts";

/** Calls to a worker by name: what is sent, what comes back, and what is told on the way. */
export type CallTable<Calls> = Readonly<
  Record<keyof Calls, { readonly body: unknown; readonly result: unknown; readonly event: unknown }>
>;

type Handlers<Calls extends CallTable<Calls>> = {
  readonly [Call in keyof Calls]: (
    body: Calls[Call]["body"],
    tell: (event: Calls[Call]["event"]) => void,
  ) => Calls[Call]["result"] | Promise<Calls[Call]["result"]>;
};

interface Message {
  readonly id: number;
  readonly call: string;
  readonly body: unknown;
}

/** In a worker: answers the calls of the page's `Remote`. */
export function answerCalls<Calls extends CallTable<Calls>>(handlers: Handlers<Calls>): void {
  addEventListener("message", async ({ data: { id, call, body } }: MessageEvent<Message>) => {
    const handler = (handlers as Readonly<Record<string, unknown>>)[call] as (
      body: unknown,
      tell: (event: unknown) => void,
    ) => unknown;
    try {
      postMessage({ id, result: await handler(body, (event) => postMessage({ id, event })) });
    } catch (error) {
      postMessage({ id, error: thrownText(error) });
    }
  });
}
