import { drive } from "../../../src/experiment/drive.ts";
import { commandIn, commandWords } from "../../../src/experiment/program/command.ts";
import { ProgramSession } from "../../../src/experiment/program/program-session.ts";
import type { Program } from "../../../src/experiment/session.ts";
import { buildWorld } from "../../../src/surface/build-world.ts";
import { presetDocument } from "../../../src/surface/presets.ts";
import { simulatedApi } from "../../../src/training-api/simulated.ts";
import type { Parser } from "./parser.ts";

const run = { d_model: 256, num_layers: 4, num_heads: 4, batch_size: 128, learning_rate: 0.001, train_flops: 1e16 };
const submission = { ...run, train_flops: 1e19, predicted_loss: 3 };
const world = buildWorld(presetDocument("handout/smooth"));

/** A program that has printed a text and ended. */
function printed(text: string): Program {
  return {
    name: "printed",
    summary: "printed",
    async begin() {
      const session = new ProgramSession(world.task.cap, 60, undefined);
      session.listener.onOutput(text.length);
      for (const line of text.split("\n")) session.listener.onLine(line);
      session.listener.onEnd({ complaint: "", exitCode: 0 });
      return session;
    },
  };
}

export const PROGRAM_PARSERS: readonly Parser[] = [
  {
    name: "ask and tell",
    seeds: [
      `${JSON.stringify({ ask: [run, { ...run, d_model: 512, reason: "larger" }] })}\n${JSON.stringify({ submit: submission })}\n`,
      `started\n${JSON.stringify({ ask: [run] })}\n${JSON.stringify({ ...submission, interval: { level: 0.8, low: 2, high: 4 } })}\n`,
      JSON.stringify({ submit: { ...submission, law: "L = 1" } }),
    ],
    read: (text) => drive(printed(text), simulatedApi(world), world.task, { stream: "fuzz" }),
  },
  {
    name: "command",
    seeds: ["exec:python3 'my plan.py' --x \"1 2\"", "my plan.py"],
    read: (text) => commandWords(commandIn(text) ?? ""),
  },
];
