import express, { type Request, type Response } from "express";
import { type PythonValue, parsePythonJson } from "../../src/task/python/json.ts";
import type { PydanticError } from "../../src/task/python/model.ts";
import { hint } from "../refusals.ts";
import { sendJson } from "../send.ts";
import { errorsReply, type Reply } from "./answers.ts";
import { unreadableReply } from "./cluster.ts";

/** Takes in whole bodies, whatever their type. */
export const takeBody: ReturnType<typeof express.raw> = express.raw({ type: () => true, limit: "1mb", inflate: false });

/**
 * The body of a request as FastAPI sees it: parsed where its type is JSON, its text where it is not, null where there is
 * none. Undefined when it was refused, which comes before everything else.
 */
export function bodyOf(request: Request, response: Response): PythonValue | undefined {
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return null;
  try {
    if (!isJson(request.headers["content-type"])) return bytes.toString("utf8");
    return parsePythonJson(decoded(bytes));
  } catch (error) {
    sendReply(response, unreadableReply(error));
    return undefined;
  }
}

/** The 422 of the validation layer. */
export function refuseErrors(response: Response, errors: readonly PydanticError[]): void {
  sendReply(response, errorsReply(errors));
}

export function sendReply(response: Response, { status, text, hint: said }: Reply): void {
  hint(response, said);
  sendJson(response, status, text);
}

function isJson(contentType: string | undefined): boolean {
  const [type = "", subtype = "", ...rest] = (contentType ?? "").split(";")[0]?.trim().toLowerCase().split("/") ?? [];
  return rest.length === 0 && type === "application" && (subtype === "json" || subtype.endsWith("+json"));
}

/** Text as `json.loads` decodes bytes: UTF-16 by its zero bytes, else UTF-8; throws a TypeError for anything else. */
function decoded(bytes: Buffer): string {
  const [first, second] = bytes;
  const encoding =
    (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
      ? "utf-16le"
      : (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}
