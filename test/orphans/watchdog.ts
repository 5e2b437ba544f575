// Reads a variable with its value; when the process that wrote it closes the pipe or dies, kills all that has inherited it.
import { text } from "node:stream/consumers";
import { killMarked } from "./process-tree.ts";

const parent = process.ppid;
killMarked((await text(process.stdin)).trim(), parent);
