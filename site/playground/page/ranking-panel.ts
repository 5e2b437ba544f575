import { byId, make } from "../../../mock-server/dashboard/page/element.ts";
import type { Rival } from "../../../src/experiment/rivals.ts";
import { formatCount, formatNats, formatSigned } from "../../../src/task/quantity.ts";
import { Stopped } from "./remote.ts";
import type { Session } from "./session.ts";

/** After a grade: the strategies of the package on the same world, each as it is done, and the player among them. */
export function rankingPanel(session: Session): void {
  const { store, rivals, menu } = session;
  let done: Rival[] = [];
  let world: string | undefined;

  const draw = () => {
    const { graded } = store;
    byId("ranking", HTMLElement).hidden = graded === undefined;
    if (!graded) return;
    const you = { name: "you", ...graded.grade, parameters: graded.parameters };
    // The player first among equals: the sort keeps their order.
    const all = [you, ...done].sort((a, b) => regretOf(a) - regretOf(b));
    byId("ranks", HTMLElement).replaceChildren(...all.map((rival, i) => row(rival, i + 1, rival === you)));
    const left = menu.strategies.length - done.length;
    byId("ranking-note", HTMLElement).textContent =
      left > 0
        ? `Each plays this world with the whole budget. ${left} still playing.`
        : `Rank ${all.indexOf(you) + 1} of ${all.length}: each played this world with the whole budget.`;
  };
  const play = async () => {
    world = store.state!.world.name;
    done = [];
    try {
      await rivals.call("rivals", { world }, (rival) => {
        done.push(rival);
        store.tell("grade");
      });
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  };
  store.on(["world", "grade"], () => {
    if (world !== store.state?.world.name) [world, done] = [undefined, []];
    if (store.graded && world === undefined) play();
    draw();
  });
}

function regretOf({ regret }: Rival): number {
  return regret ?? Number.POSITIVE_INFINITY;
}

function row({ name, regret, lossError, parameters, failure }: Rival, place: number, isYou: boolean): HTMLElement {
  const cells = [
    String(place),
    name,
    regret === undefined ? "failed" : formatNats(Math.max(0, regret)),
    lossError === undefined ? "–" : formatSigned(lossError),
    parameters === undefined ? "–" : formatCount(parameters),
  ];
  const line = make("tr", isYou ? "you" : "", ...cells.map((cell) => make("td", "", cell)));
  if (failure !== undefined) line.title = failure;
  return line;
}
