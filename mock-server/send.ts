import type { ServerResponse } from "node:http";
import packageJson from "../package.json" with { type: "json" };
import { MOCK_HEADER } from "../src/training-api/proof.ts";

export const VERSION: string = packageJson.version;

/** Headers of every answer, in one flat list of names and values. */
export const COMMON_HEADERS: readonly string[] = [MOCK_HEADER, VERSION, "x-content-type-options", "nosniff"];

const JSON_HEADERS = [...COMMON_HEADERS, "content-type", "application/json", "content-length"];

/** Response header of an answer of `/loss` that is a recorded one of a real API; absent when the surface answers. */
export const ANSWER_HEADER = "x-isoflop-answer";

/** Answers with a body that is JSON already. */
export function sendJson(response: ServerResponse, status: number, body: string): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, [...JSON_HEADERS, String(length)]);
  // Head and body of an ASCII answer leave in one cheap write.
  response.end(body, length === body.length ? "latin1" : "utf8");
}

/** Answers with `{"message": …}`: a refusal in the words of the API. */
export function sendMessage(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, JSON.stringify({ message }));
}

/** Answers with `{"detail": …}`: a refusal of the layers in front of it. */
export function sendDetail(response: ServerResponse, status: number, detail: unknown): void {
  sendJson(response, status, JSON.stringify({ detail }));
}

/** Answers with headers alone. */
export function sendEmpty(response: ServerResponse, status: number, headers: readonly string[] = []): void {
  response.writeHead(status, [...COMMON_HEADERS, ...headers]);
  response.end();
}

/** What our pages may do: nothing from elsewhere, no inline script or style, no frame around them. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of our pages and their files: other sites may not use them, and learn none of our addresses. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": PAGE_POLICY,
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
