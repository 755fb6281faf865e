import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, it, vi } from "vitest"
import { hashOfApi, parseReport } from "../src/api/released-mark.ts"
import { bundleChangeset, parseChangeset, plannedReleases, renewedBundles } from "../src/release-plan.ts"
import { versionIssues } from "../src/release-publish.ts"
import { judgeRegistry, publicRegistry } from "../src/release-registry.ts"
import { root } from "../src/workspace.ts"

const folders: Array<string> = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/** A workspace with this repository's own release configuration: codec <- store <- cli (a bundle), calendar alone. */
const workspaceWith = (changesets: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), "release-"))
  folders.push(folder)
  const write = (path: string, content: unknown): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(
      join(folder, path),
      typeof content === "string" ? content : JSON.stringify(content, null, 2),
    )
  }
  const manifest = (name: string, more: object = {}) => ({
    name: `@barkeep/${name}`,
    version: "0.3.1",
    ...more,
  })
  write("package.json", { name: "top", private: true })
  write("pnpm-workspace.yaml", "packages:\n  - packages/*\n  - apps/*\n")
  write("packages/codec/package.json", manifest("codec"))
  write("packages/codec/API.md", "<!-- released: nothing yet -->\n# codec\n")
  write(
    "packages/store/package.json",
    manifest("store", { dependencies: { "@barkeep/codec": "workspace:^" } }),
  )
  write("packages/calendar/package.json", manifest("calendar"))
  write(
    "packages/simulator/package.json",
    manifest("simulator", { devDependencies: { "@barkeep/store": "workspace:*" } }),
  )
  const bundled = { "@barkeep/calendar": "workspace:*", "@barkeep/store": "workspace:*" }
  write("apps/cli/package.json", manifest("cli", { devDependencies: { ...bundled, rolldown: "1.0.0" } }))
  // The same configuration as here, with the changelog module at its real place.
  const config = JSON.parse(readFileSync(join(root, ".changeset/config.json"), "utf8")) as {
    changelog: string
  }
  write(".changeset/config.json", { ...config, changelog: join(root, ".changeset", config.changelog) })
  for (const [name, text] of Object.entries(changesets)) write(`.changeset/${name}.md`, text)
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: folder })
  git("init", "-q", "-b", "main")
  git("add", ".")
  git("commit", "-q", "-m", "start")
  return folder
}

const version = (folder: string): void => {
  const script = join(root, "packages/repo-tools/src/release-version.ts")
  execFileSync(process.execPath, [script, "--cwd", folder], { stdio: ["ignore", "pipe", "pipe"] })
}

const versions = (folder: string): Record<string, string> =>
  Object.fromEntries(
    ["apps/cli", "packages/calendar", "packages/codec", "packages/simulator", "packages/store"].map(
      (place) => [
        place.split("/")[1] ?? "",
        (JSON.parse(readFileSync(join(folder, place, "package.json"), "utf8")) as { version: string })
          .version,
      ],
    ),
  )

describe("versioning a workspace", () => {
  it("releases a changed package, its dependants and the bundle that ships it, and nothing else", () => {
    const folder = workspaceWith({
      faster: '---\n"@barkeep/codec": minor\n---\n\nReads twice as fast.\n\nThe files stay the same.\n',
    })
    version(folder)
    expect(versions(folder)).toEqual({
      cli: "0.3.2",
      calendar: "0.3.1",
      codec: "0.4.0",
      simulator: "0.3.1",
      store: "0.3.2",
    })
    const changelog = (place: string) => readFileSync(join(folder, place, "CHANGELOG.md"), "utf8")
    expect(changelog("packages/codec")).toBe(
      "# @barkeep/codec\n\n## 0.4.0\n\n### Minor Changes\n\n- Reads twice as fast.\n\n  The files stay the same.\n",
    )
    expect(changelog("packages/store")).toBe(
      "# @barkeep/store\n\n## 0.3.2\n\n### Patch Changes\n\n- Needs `@barkeep/codec` 0.4.0.\n",
    )
    expect(changelog("apps/cli")).toBe(
      "# @barkeep/cli\n\n## 0.3.2\n\n### Patch Changes\n\n- Ships new versions of the packages it bundles:\n\n" +
        "  - Reads twice as fast. (`@barkeep/codec` 0.4.0)\n  - Also `@barkeep/store` 0.3.2.\n",
    )
    expect(readdirSync(join(folder, ".changeset"))).toEqual(["config.json"])
    const { released, body } = parseReport(readFileSync(join(folder, "packages/codec/API.md"), "utf8"))
    expect(released).toEqual({ version: "0.4.0", hash: hashOfApi(body) })
  })

  it("releases the dependants of a patch that their ranges already allow", () => {
    const folder = workspaceWith({ fix: '---\n"@barkeep/store": patch\n---\n\nNo more torn reads.\n' })
    version(folder)
    expect(versions(folder)).toEqual({
      cli: "0.3.2",
      calendar: "0.3.1",
      codec: "0.3.1",
      simulator: "0.3.1",
      store: "0.3.2",
    })
    expect(readFileSync(join(folder, "apps/cli/CHANGELOG.md"), "utf8")).toContain(
      "\n  - No more torn reads. (`@barkeep/store` 0.3.2)\n",
    )
  })

  it("keeps the larger step of a bundle that changed itself", () => {
    const folder = workspaceWith({
      new: '---\n"@barkeep/cli": minor\n"@barkeep/calendar": patch\n---\n\nA new command.\n',
    })
    version(folder)
    expect(versions(folder)).toMatchObject({ cli: "0.4.0", calendar: "0.3.2", store: "0.3.1" })
  })

  it("refuses to do anything while prereleases are on", () => {
    const folder = workspaceWith({ fix: '---\n"@barkeep/store": patch\n---\n\nFix.\n' })
    writeFileSync(join(folder, ".changeset/pre.json"), "{}")
    expect(() => version(folder)).toThrow(/prereleases of bundles are not supported/)
    expect(versions(folder).store).toBe("0.3.1")
  })
})

describe("planning a release", () => {
  const one = (name: string, more: object = {}) => ({
    folder: name,
    manifest: { name, version: "1.2.3", ...more },
  })
  const changeset = (text: string) => parseChangeset("x", text)

  it("takes the largest step that is asked for", () => {
    const asked = ["patch", "major", "minor"].map((bump) => changeset(`---\na: ${bump}\n---\n${bump}`))
    expect(plannedReleases([one("a")], asked).get("a")?.newVersion).toBe("2.0.0")
  })

  it("leaves out private packages, and entries that release nothing", () => {
    const packages = [one("a"), one("b", { private: true, dependencies: { a: "workspace:^" } })]
    expect([...plannedReleases(packages, [changeset("---\na: patch\n---\nx")]).keys()]).toEqual(["a"])
    expect(plannedReleases(packages, [changeset("---\na: none\n---\nx")]).size).toBe(0)
  })

  it("renews no bundle for a package that it does not ship", () => {
    const packages = [one("a"), one("cli", { devDependencies: { b: "workspace:*", rolldown: "1" } })]
    expect(renewedBundles(packages, [changeset("---\na: patch\n---\nx")])).toEqual([])
  })

  it("tells a change of several packages once, whole, and not again what the bundle's own changeset tells", () => {
    const cli = one("cli", { devDependencies: { a: "workspace:*", b: "workspace:*", rolldown: "1" } })
    const packages = [one("a"), one("b"), cli]
    const both = changeset("---\na: minor\nb: patch\n---\nOne change,\nwrapped.\n\nMore of it.")
    const own = changeset("---\ncli: minor\nb: patch\n---\nA new command.")
    const [bundle] = renewedBundles(packages, [both, own])
    expect(bundle === undefined ? "" : bundleChangeset(bundle)).toBe(
      '---\n"cli": patch\n---\n\nShips new versions of the packages it bundles:\n\n' +
        "- One change, wrapped. (`a` 1.3.0, `b` 1.2.4)\n",
    )
    const [quiet] = renewedBundles(packages, [own])
    expect(quiet === undefined ? "" : bundleChangeset(quiet)).toMatch(/\n- `b` 1\.2\.4\.\n$/)
  })

  it.each([
    ["no front matter", "hello", /begins with no "---" block/],
    ["an unknown step", '---\n"a": huge\n---\nx', /"a": huge.*is not/],
  ])("names a changeset with %s", (_name, text, message) => {
    expect(() => parseChangeset("odd-name", text)).toThrow(message)
    expect(() => parseChangeset("odd-name", text)).toThrow(/\.changeset\/odd-name\.md/)
  })
})

describe("publishing", () => {
  const open = "https://public.example.com/"

  it("knows the public registry from npm itself, whatever is configured here", () => {
    vi.stubEnv("npm_config_registry", "https://npm.example.com/")
    expect(publicRegistry()).toMatch(/^https:\/\/(?!npm\.example\.com)/)
    vi.unstubAllEnvs()
  })

  it.each([
    ["nothing", "undefined\n", /No registry is configured for @barkeep/],
    ["the public registry", "https://public.example.com/\n", /which is public/],
    ["no address", "here", /not an http address: here/],
  ])("is refused when the scope is mapped to %s", (_name, configured, refusal) => {
    expect(judgeRegistry(configured, open)).toEqual({ refusal: expect.stringMatching(refusal) as string })
  })

  it("goes to the registry that is configured", () => {
    expect(judgeRegistry("https://npm.example.com/team\n", open)).toEqual({
      registry: "https://npm.example.com/team",
    })
  })

  it("goes nowhere else than expected", () => {
    const expected = "https://npm.example.com/"
    expect(judgeRegistry("https://npm.example.com/\n", open, expected)).toHaveProperty("registry")
    expect(judgeRegistry("https://other.example.com/", open, expected)).toEqual({
      refusal: expect.stringMatching(
        /is https:\/\/other.example.com\/, not https:\/\/npm.example.com\//,
      ) as string,
    })
  })

  it("waits until all changesets are versions with a changelog", () => {
    const packages = [
      { folder: "packages/a", manifest: { name: "a", version: "1.0.0" } },
      { folder: "packages/tools", manifest: { name: "tools", version: "0.0.0", private: true } },
    ]
    expect(versionIssues(packages, [], () => "# a\n\n## 1.0.0\n\n## 0.9.0\n")).toEqual([])
    expect(versionIssues(packages, ["new"], () => "# a\n\n## 0.9.0\n")).toEqual([
      expect.stringContaining("1 changesets are not yet versions (new)"),
      expect.stringContaining("packages/a: version 1.0.0 is not the latest"),
    ])
    expect(versionIssues(packages, [], () => undefined)).toHaveLength(1)
  })
})
