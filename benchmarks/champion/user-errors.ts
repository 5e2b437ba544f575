import { UserError } from "../../src/task/errors.ts";

/** Ends this process with one line and exit code 2 for a caller's mistake, as the command line does. */
export function tellUserErrors(command: string): void {
  process.on("uncaughtException", (error) => {
    console.error(error instanceof UserError ? `${command}: ${error.message}` : error);
    process.exit(error instanceof UserError ? 2 : 1);
  });
}
