import type * as z from "zod";
import { createDocument, type ZodOpenApiResponsesObject } from "zod-openapi";
import type { World } from "../src/surface/world.ts";
import { FIELDS } from "../src/task/configuration.ts";
import { rangeRule, toWire } from "../src/task/stanford-2025/wire.ts";
import { MOCK_HEADER, NONCE_HEADER, PROOF_HEADER } from "../src/training-api/proof.ts";
import {
  accountQuerySchema,
  exampleRun,
  lossAnswerSchema,
  lossQuerySchema,
  messageSchema,
  previousRunsSchema,
  totalFlopsUsedSchema,
  validationErrorSchema,
} from "./schemas.ts";
import { VERSION } from "./send.ts";

/** The OpenAPI document of the mock, generated from the schemas that validate its requests. */
export function openApiDocument(world: World): ReturnType<typeof createDocument> {
  const { document, task } = world;
  const run = exampleRun(task.searchSpace);
  const loss = world.answer(run, 0);
  const rules = FIELDS.map((field) => rangeRule(field, task.searchSpace[field])).join("; ");
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "The training API, simulated",
      version: VERSION,
      description:
        `A mock that answers from the simulated world "${document.name}": no loss here is a measurement. ` +
        "Open **/loss**, change a value and execute it: it buys a run for the key.",
    },
    tags: [
      { name: "Buy runs", description: "Charged to the key" },
      { name: "Look", description: "Free" },
    ],
    paths: {
      "/loss": {
        get: {
          operationId: "loss",
          tags: ["Buy runs"],
          summary: "The final loss of one training run",
          description:
            "Charges train_flops to the key, once per configuration, and refuses queries over the budget of " +
            `${BigInt(task.cap)} FLOPs. An invalid request costs nothing: ${rules}. ` +
            `Every answer has the header ${MOCK_HEADER}; to a request with ${NONCE_HEADER} it adds ${PROOF_HEADER}, ` +
            'the SHA-256 of "isoflop:" and the nonce, which proves that no real FLOPs are spent.',
          requestParams: { query: lossQuerySchema },
          responses: {
            ...ok(lossAnswerSchema, "The loss, and what the key has spent", { loss, total_flops_used: run.trainFlops }),
            "404": json(messageSchema, "The first value out of range"),
            ...unprocessable(
              "A parameter is missing or not a number, the budget does not allow it, or the key is unknown",
            ),
            ...privateKey,
          },
        },
      },
      "/total_flops_used": {
        get: {
          operationId: "total_flops_used",
          tags: ["Look"],
          summary: "What a key has spent",
          requestParams: { query: accountQuerySchema },
          responses: {
            ...ok(totalFlopsUsedSchema, "FLOPs, as a bare number", run.trainFlops),
            ...unprocessable("The key is missing or unknown"),
            ...privateKey,
          },
        },
      },
      "/previous_runs": {
        get: {
          operationId: "previous_runs",
          tags: ["Look"],
          summary: "What a key has bought",
          requestParams: { query: accountQuerySchema },
          responses: {
            ...ok(previousRunsSchema, "Every configuration with its loss", {
              previous_runs: [{ ...toWire(run), loss }],
            }),
            ...unprocessable("The key is missing or unknown"),
            ...privateKey,
          },
        },
      },
    },
  });
}

function json(schema: z.ZodType, description: string) {
  return { description, content: { "application/json": { schema } } };
}

function ok(schema: z.ZodType, description: string, example: unknown): ZodOpenApiResponsesObject {
  return { "200": { description, content: { "application/json": { schema, example } } } };
}

function unprocessable(description: string): ZodOpenApiResponsesObject {
  return { "422": json(validationErrorSchema.or(messageSchema), description) };
}

const privateKey: ZodOpenApiResponsesObject = {
  "400": json(messageSchema, "The request holds a private key"),
};
