import { type ServerResponse, STATUS_CODES } from "node:http";
import { COMMON_HEADERS, sendDetail } from "../send.ts";
import type { Fault } from "./document.ts";

/** What happens to one request. */
export interface Fate {
  readonly delayMs: number;
  /** Absent when the request is only delayed. */
  readonly fault?: Fault;
  /** The status of a fault that has one. */
  readonly status: number;
}

/** An answer of the app that was not sent yet. */
export interface HeldAnswer {
  readonly body: string;
  /** Sends it unchanged. */
  release(): void;
}

/** Holds back the answer to a response and passes it to `onAnswer`. */
export function holdAnswer(response: ServerResponse, onAnswer: (answer: HeldAnswer) => void): void {
  const { writeHead, end } = response;
  let head: unknown[] = [200];
  const held = {
    writeHead(...parts: unknown[]) {
      head = parts;
      return response;
    },
    end(...parts: unknown[]) {
      Object.assign(response, { writeHead, end });
      const release = () => {
        Reflect.apply(writeHead, response, head);
        Reflect.apply(end, response, parts);
      };
      onAnswer({ body: String(parts[0] ?? ""), release });
      return response;
    },
  };
  Object.assign(response, held);
}

/** Sends the faulty answer; `body` is the correct one. */
export function misdeliver(response: ServerResponse, { fault, status }: Fate, body: string): void {
  if (fault) DELIVERIES[fault](response, body, status);
}

type Delivery = (response: ServerResponse, body: string, status: number) => void;

const fail: Delivery = (response, _body, status) =>
  sendDetail(response, status, STATUS_CODES[status] ?? "Server Error");
const reset: Delivery = (response) => {
  response.socket?.resetAndDestroy();
};

const DELIVERIES: Readonly<Record<Fault, Delivery>> = {
  error: fail,
  errorAfterCharge: fail,
  reset,
  resetAfterCharge: reset,
  cut(response, body) {
    response.writeHead(200, headers("application/json", body.length + 1));
    response.write(halfOf(body), () => response.destroy());
  },
  // Half a number is still JSON; with a quote after it, nothing is.
  garbled: (response, body) => send(response, "application/json", `${halfOf(body)}"`),
  html: (response) => send(response, "text/html; charset=utf-8", PAGE),
  empty: (response) => send(response, "application/json", ""),
};

function halfOf(body: string): string {
  return body.slice(0, Math.ceil(body.length / 2));
}

const PAGE = "<!doctype html><title>Signed out</title><p>Your session has ended.</p>\n";

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, headers(type, Buffer.byteLength(body)));
  response.end(body);
}

function headers(type: string, length: number): string[] {
  return [...COMMON_HEADERS, "content-type", type, "content-length", String(length)];
}
