import type { AnyWorld } from "../../surface/world.ts";

/** An edition of the course as `isoflop grade` knows it. */
export interface GradeEdition {
  /**
   * Scores the text of a submission's file by the truth of a world, and ranks it among the package's strategies.
   *
   * @returns what `--json` prints, and the same as text.
   */
  grade(
    world: AnyWorld,
    text: string,
    file: string,
    seed: number,
  ): Promise<{ readonly grade: object; readonly text: string }>;
}
