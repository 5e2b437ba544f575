import type { ServerResponse } from "node:http";
import packageJson from "../package.json" with { type: "json" };
import { MOCK_HEADER } from "../src/training-api/proof.ts";

export const VERSION: string = packageJson.version;

/** Headers of every answer, in one flat list of names and values. */
export const COMMON_HEADERS: readonly string[] = [MOCK_HEADER, VERSION, "x-content-type-options", "nosniff"];

/** Answers with a body that is JSON already. */
export function sendJson(response: ServerResponse, status: number, body: string): void {
  response.setHeader("content-type", "application/json");
  response.setHeader("content-length", Buffer.byteLength(body));
  response.statusCode = status;
  response.end(body);
}

/** Answers with `{"message": …}`: a refusal in the words of the API. */
export function sendMessage(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, JSON.stringify({ message }));
}

/** Answers with `{"detail": …}`: a refusal of the layers in front of it. */
export function sendDetail(response: ServerResponse, status: number, detail: unknown): void {
  sendJson(response, status, JSON.stringify({ detail }));
}
