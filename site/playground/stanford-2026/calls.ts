/** A cluster as a player sees it. */
export interface OpenCluster {
  readonly name: string;
  readonly description: string;
}

/** An answer of the API, its body JSON. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Every call to the worker. */
export interface JobCalls {
  /** The names of the worlds. */
  menu: { body: undefined; result: readonly string[]; event: never };
  /** A new cluster, of which `ask` asks from now on: nothing is spent, and the clock shows the present. */
  open: { body: { readonly world: string }; result: OpenCluster; event: never };
  /** A request of the dashboard's page; with a body it is a POST. */
  ask: { body: { readonly path: string; readonly body?: string }; result: Answer; event: never };
}
