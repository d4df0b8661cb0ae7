import { StudioDown, studioHealth } from "../../functions/membership/studio-health";

/** When a studio is taken to fail, and for how long it is left alone. */
const SECOND = 1000;
const timeout = () => Promise.reject(Object.assign(new Error("timed out"), { name: "TimeoutError" }));

function health() {
  let now = 0;
  const studios = studioHealth(() => now);
  return {
    advance: (seconds: number) => {
      now += seconds * SECOND;
    },
    fails: (userId: string) => studios.work("research", userId, timeout).catch((error: Error) => error.name),
    works: (userId: string) => studios.work("research", userId, async () => "done").catch((error: Error) => error),
  };
}

test("a studio that fails for three people is left alone, and tried again by one after a while", async () => {
  const { fails, works, advance } = health();
  for (const userId of ["ana", "ben", "cleo"]) expect(await fails(userId)).toBe("TimeoutError");
  expect(await works("dan")).toBeInstanceOf(StudioDown);
  advance(16);
  expect(await fails("dan")).toBe("TimeoutError");
  expect(await works("eve")).toBeInstanceOf(StudioDown);
  advance(31);
  expect(await works("eve")).toBe("done");
  expect(await works("dan")).toBe("done");
});

test("one person for whom it always fails holds up nobody, however often", async () => {
  const { fails, works } = health();
  for (let times = 0; times < 50; times++) expect(await fails("ana")).toBe("TimeoutError");
  expect(await works("ben")).toBe("done");
  for (let times = 0; times < 50; times++) expect(await fails("ana")).toBe("TimeoutError");
  expect(await fails("ben")).toBe("TimeoutError");
  expect(await works("cleo")).toBe("done");
});

test("the pause doubles while it fails, up to four minutes", async () => {
  const { fails, works, advance } = health();
  for (const userId of ["ana", "ben", "cleo"]) await fails(userId);
  for (const seconds of [15, 30, 60, 120, 240, 240]) {
    advance(seconds - 1);
    expect(await works("ana")).toBeInstanceOf(StudioDown);
    advance(2);
    expect(await fails("ana")).toBe("TimeoutError");
  }
});
