import { describe, expect, test } from "vitest";
import { GroupCommit } from "../../src/ledger/group-commit.ts";

/** Commits over a store that notes what it is asked for, and fails where it is told to. */
function commits(failing: Partial<Record<"begin" | "commit" | "rollback", boolean>> = {}) {
  const asked: string[] = [];
  const step = (name: "begin" | "commit" | "rollback") => () => {
    asked.push(name);
    if (failing[name]) throw new Error(`no ${name}`);
  };
  const group = new GroupCommit({ begin: step("begin"), commit: step("commit"), rollback: step("rollback") });
  return { asked, group, failing };
}
const throwing = () => {
  throw new Error("mine");
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("work alone", () => {
  test("is committed once, however deep it is nested", () => {
    const { asked, group } = commits();
    expect(group.run(() => group.run(() => group.run(() => group.isOpen)))).toBe(true);
    expect([asked, group.isOpen]).toEqual([["begin", "commit"], false]);
    expect(group.run(() => 2)).toBe(2);
    expect(asked).toEqual(["begin", "commit", "begin", "commit"]);
    group.commit();
    expect(asked).toHaveLength(4);
  });

  test("that throws is rolled back once, and the next begins anew", () => {
    const { asked, group } = commits();
    expect(() => group.run(() => group.run(throwing))).toThrow("mine");
    expect([asked, group.isOpen]).toEqual([["begin", "rollback"], false]);
    group.run(() => 1);
    expect(asked.slice(2)).toEqual(["begin", "commit"]);
  });

  test("that cannot begin is not open; that cannot be committed is rolled back", () => {
    const { asked, group, failing } = commits({ begin: true });
    expect(() => group.run(() => 1)).toThrow("no begin");
    expect([asked, group.isOpen]).toEqual([["begin"], false]);
    failing.begin = false;
    failing.commit = true;
    expect(() => group.run(() => 1)).toThrow("no commit");
    expect([asked.slice(1), group.isOpen]).toEqual([["begin", "commit", "rollback"], false]);
  });
});

describe("work of one turn", () => {
  test("is committed together when the turn is over, and then its promises resolve", async () => {
    const { asked, group } = commits();
    expect(group.join(() => 0)).toBe(0);
    const both = [group.join(() => group.run(() => 1)), group.join(() => 2)];
    expect([asked, group.isOpen]).toEqual([["begin"], true]);
    expect(await Promise.all(both)).toEqual([1, 2]);
    expect(asked).toEqual(["begin", "commit"]);
    await turn();
    expect(asked).toEqual(["begin", "commit"]);
  });

  test("that throws outside of a transaction leaves the others, and joins nothing after", async () => {
    const { asked, group } = commits();
    const first = group.join(() => group.run(() => 1));
    expect(() => group.join(throwing)).toThrow("mine");
    expect(group.run(() => 2)).toBe(2);
    expect(asked).toEqual(["begin", "commit"]);
    expect(await first).toBe(1);
  });

  test.each(["commit", "rollback"] as const)("whose %s fails is rejected", async (step) => {
    const { asked, group } = commits({ commit: true, [step]: true });
    await expect(group.join(() => group.run(() => 1))).rejects.toThrow("no commit");
    expect([asked, group.isOpen]).toEqual([["begin", "commit", "rollback"], false]);
  });

  test("that is rolled back rejects its promises once", async () => {
    const { asked, group } = commits();
    const first = group.join(() => group.run(() => 1));
    expect(() => group.join(() => group.run(throwing))).toThrow("mine");
    await expect(first).rejects.toThrow("mine");
    await turn();
    expect(asked).toEqual(["begin", "rollback"]);
  });

  test("of another store of the process is committed before this one begins, since it may hold the lock", async () => {
    const [one, other] = [commits(), commits()];
    const first = one.group.join(() => one.group.run(() => 1));
    other.group.run(() => expect(one.asked).toEqual(["begin", "commit"]));
    expect(await first).toBe(1);
    const again = one.group.join(() => one.group.run(() => 3));
    one.group.run(() => expect(one.asked).toHaveLength(3));
    expect(await again).toBe(3);
    expect(one.asked).toEqual(["begin", "commit", "begin", "commit"]);
  });
});
