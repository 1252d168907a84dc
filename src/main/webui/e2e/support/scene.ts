import type { ScriptedModel, Step } from "./model";
import { calls, says, thinks } from "./model";
import type { Service } from "./service";
import { expect } from "@playwright/test";

/** Threads as somebody has them in the middle of a day. */
export interface Scene {
  finished: string;
  waiting: string;
}

const CODE = `import csv
from collections import Counter

with open("visits.csv") as file:
    months = Counter(row["month"] for row in csv.DictReader(file))
for month, visits in sorted(months.items()):
    print(f"{month}: {visits}")
`;
const VISITS = "day,month,page\n1,2026-01,/\n2,2026-01,/docs\n3,2026-02,/\n4,2026-03,/docs\n5,2026-03,/\n6,2026-03,/\n";
const REPORT = `There were **6 visits** in three months, and March was the busiest.

| month | visits |
|---|---|
| 2026-01 | 2 |
| 2026-02 | 1 |
| 2026-03 | 3 |

The program counts rows with a \`Counter\`, so it needs no library:

\`\`\`python
months = Counter(row["month"] for row in csv.DictReader(file))
\`\`\``;

const todos = (...done: string[]) => ({
  todos: [
    { content: "Look at visits.csv", status: done[0] },
    { content: "Write a program that counts visits per month", status: done[1] },
    { content: "Run it and report", status: done[2] },
  ],
});

const FINISHED: Step[][] = [
  [
    thinks("The file has a header line, so csv.DictReader will do. I'll plan first."),
    says("I'll look at the data, write a small program and run it."),
    calls("write_todos", todos("completed", "in_progress", "pending")),
    calls("write_file", { file_path: "/workspace/count.py", content: CODE }),
  ],
  [calls("execute", { command: "python3 count.py" })],
  [calls("write_todos", todos("completed", "completed", "completed")), says(REPORT)],
  [says("That is all.")],
];
const WAITING: Step[][] = [
  [
    says("I'll sort by visits instead, and run it again."),
    calls("edit_file", {
      file_path: "/workspace/count.py",
      old_string: "sorted(months.items())",
      new_string: "months.most_common()",
    }),
    calls("execute", { command: "python3 count.py && rm -f visits.csv" }),
  ],
];

export async function setScene(holdpoint: Service, model: ScriptedModel): Promise<Scene> {
  model.on("Count the visits", ...FINISHED);
  model.on("busiest month", ...WAITING);
  const finished = await holdpoint.newThread("Visits per month");
  await holdpoint.write(finished, "/workspace/visits.csv", VISITS);
  await holdpoint.say(finished, "Count the visits per month in visits.csv.");
  await approveAll(holdpoint, finished);
  const waiting = await holdpoint.newThread("Busiest month first");
  await holdpoint.write(waiting, "/workspace/visits.csv", VISITS);
  await holdpoint.write(waiting, "/workspace/count.py", CODE);
  await holdpoint.say(waiting, "Show the busiest month first, please.");
  await expect.poll(() => holdpoint.status(waiting)).toBe("interrupted");
  return { finished, waiting };
}

/** Says yes to whatever waits, until the turn is over. */
async function approveAll(holdpoint: Service, thread: string): Promise<void> {
  await expect(async () => {
    const status = await holdpoint.status(thread);
    if (status === "interrupted") await holdpoint.api("POST", `/api/resume/${thread}`, { action: "approve" });
    expect(status).toBe("idle");
  }).toPass();
}
