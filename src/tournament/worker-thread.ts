import type { MessagePort } from "node:worker_threads";
import { type Block, playBlock } from "./block.ts";
import { installGuard } from "./guard.ts";
import { Beacon } from "./thinking-clock.ts";

/** What a worker thread is sent: a block, where its lines go, and the memory in which it shows how it is getting on. */
export interface ThreadTask {
  readonly block: Block;
  readonly port: MessagePort;
  readonly beacon: SharedArrayBuffer;
}

installGuard();

/** Plays a block in a thread that can be ended. */
export default async function playInThread({ block, port, beacon }: ThreadTask): Promise<void> {
  await playBlock(block, (line) => port.postMessage(line), new Beacon(beacon));
  port.close();
}
