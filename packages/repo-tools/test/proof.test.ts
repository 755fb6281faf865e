import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { manifestIssues } from "../src/check-tarball.ts"
import { statedImportTime } from "../src/imports/probe-import.ts"
import { makeAssertions } from "../src/proof/assertions.ts"
import { userConfiguration } from "../src/proof/consumer.ts"
import { closureOf, describeWeight, weightOf } from "../src/proof/install-weight.ts"
import { isNear, statedWeight } from "../src/proof/all-together.ts"
import { countVitest, sumUp } from "../src/sum-up.ts"

const folder = mkdtempSync(join(tmpdir(), "weights-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("the weight of an installation", () => {
  const tree = {
    "node_modules/a": {
      dependencies: { b: "^1.0.0" },
      peerDependencies: { c: "1", absent: "1" },
      peerDependenciesMeta: { absent: { optional: true } },
    },
    "node_modules/b": { dependencies: { c: "2" } },
    "node_modules/b/node_modules/c": {},
    "node_modules/c": { dependencies: { b: "1" } },
    "node_modules/other": {},
  }

  it("is that of everything a package needs, peers too, each copy once", () => {
    expect([...closureOf(tree, "a")].toSorted()).toEqual([
      "node_modules/a",
      "node_modules/b",
      "node_modules/b/node_modules/c",
      "node_modules/c",
    ])
    expect(() => closureOf(tree, "gone")).toThrow("gone is not installed")
  })

  it("counts bytes without the packages nested inside", () => {
    for (const path of Object.keys(tree)) {
      mkdirSync(join(folder, path, "lib"), { recursive: true })
      writeFileSync(join(folder, path, "lib/file.js"), "x".repeat(100))
    }
    expect(weightOf(folder, tree, "a")).toEqual({ packages: 4, bytes: 400 })
    expect(weightOf(folder, tree, "b")).toEqual({ packages: 2, bytes: 200 })
    expect(describeWeight({ packages: 1, bytes: 2_160_000 })).toBe("1 package, 2.2 MB")
  })

  it("is compared with what a README states", () => {
    const stated = statedWeight("x\n\nInstalls 7 packages, 58.7 MB (56 of them `effect`); nothing native.")
    expect(stated).toEqual({ packages: 7, bytes: 58_700_000 })
    expect(isNear({ packages: 7, bytes: 58_700_000 }, { packages: 9, bytes: 60_000_000 })).toBe(true)
    expect(isNear({ packages: 7, bytes: 58_700_000 }, { packages: 10, bytes: 58_700_000 })).toBe(false)
    expect(isNear({ packages: 7, bytes: 58_700_000 }, { packages: 7, bytes: 90_000_000 })).toBe(false)
    expect(statedWeight("Installs fast")).toBeUndefined()
  })

  it("comes with the time of an import, over a line's end too", () => {
    expect(
      statedImportTime("Importing takes about 60 ms of CPU time\nwhere a bare Node starts in 30."),
    ).toEqual({
      millis: 60,
      bareMillis: 30,
    })
    expect(statedImportTime("Importing is fast")).toBeUndefined()
  })
})

describe("counted assertions", () => {
  it("say and count what holds and what does not, in a report that the closing line understands", async () => {
    const said: Array<string> = []
    const { equal, holds, step, failed, writeReport } = makeAssertions((line) => said.push(line))
    equal("same", [1], [1])
    equal("other", { a: 1 }, { a: 2 })
    holds("true", true)
    await expect(step("work", () => Promise.reject(new Error("broke")))).rejects.toThrow("broke")
    expect(await step("quiet", () => Promise.resolve(5))).toBe(5)
    expect(failed()).toBe(2)
    expect(said).toContain("  FAILED  other: { a: 1 } instead of { a: 2 }")
    expect(said).toContain("  FAILED  work: broke")
    const path = join(folder, "report/proof.json")
    writeReport(path)
    const counted = countVitest(JSON.parse(readFileSync(path, "utf8")))
    expect(counted).toEqual({ passed: 2, failed: 2, skipped: 0 })
    const task = "@barkeep/repo-tools#proof:publish"
    expect(sumUp([{ task, passed: false }], new Map([[task, counted]])).line).toBe("2 passed, 2 failed")
  })
})

describe("configuration and manifests", () => {
  it("names the scope's registry and its token for the user alone, everything else stays where it was", () => {
    expect(
      userConfiguration({ url: "http://127.0.0.1:4873/", token: "t" }, "https://npm.example.com/").split(
        "\n",
      ),
    ).toEqual([
      "registry=https://npm.example.com/",
      "@barkeep:registry=http://127.0.0.1:4873/",
      "//127.0.0.1:4873/:_authToken=t",
      "",
    ])
  })

  it("finds what must not leave the workspace", () => {
    expect(manifestIssues('{"dependencies":{"a":"^1.0.0"}}')).toEqual([])
    expect(manifestIssues('{"dependencies":{"a":"workspace:^","b":"catalog:"}}')).toHaveLength(2)
  })
})
