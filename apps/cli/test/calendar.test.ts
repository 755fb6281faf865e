import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { temporaryFolder } from "./barkeep.ts"
import { runApp, type RunResult } from "./run-app.ts"

const calendar = (...args: ReadonlyArray<string>): Promise<RunResult> => runApp(["calendar", ...args])

const between = (first: string, last: string) => ["--start-date", first, "--end-date", last] as const

const sessionsOf = ({ stdout }: RunResult): unknown =>
  (JSON.parse(stdout) as { readonly sessions: unknown }).sessions

/** A file of closures and sessions, with this content. */
const fileOf = (content: string): string => {
  const file = join(temporaryFolder(), "closures.json")
  writeFileSync(file, content)
  return file
}

describe("barkeep calendar", () => {
  it("lists the sessions of a week as instants in UTC, and why one is short", async () => {
    const { code, stdout, stderr } = await calendar("XNYS", ...between("2024-11-27", "2024-12-02"), "--json")
    expect([code, stderr]).toEqual([0, ""])
    expect(JSON.parse(stdout)).toEqual({
      market: "XNYS",
      sessions: [
        { session: "2024-11-27", open: "2024-11-27T14:30:00Z", close: "2024-11-27T21:00:00Z" },
        {
          session: "2024-11-29",
          open: "2024-11-29T14:30:00Z",
          close: "2024-11-29T18:00:00Z",
          reason: "Day after Thanksgiving",
        },
        { session: "2024-12-02", open: "2024-12-02T14:30:00Z", close: "2024-12-02T21:00:00Z" },
      ],
    })
  })

  it("tells breaks, and sessions that are projected", async () => {
    expect(sessionsOf(await calendar("XTKS", ...between("2024-01-04", "2024-01-04"), "--json"))).toEqual([
      {
        session: "2024-01-04",
        open: "2024-01-04T00:00:00Z",
        close: "2024-01-04T06:00:00Z",
        breakStart: "2024-01-04T02:30:00Z",
        breakEnd: "2024-01-04T03:30:00Z",
      },
    ])
    expect(sessionsOf(await calendar("XNYS", ...between("2035-07-03", "2035-07-04"), "--json"))).toEqual([
      {
        session: "2035-07-03",
        open: "2035-07-03T13:30:00Z",
        close: "2035-07-03T17:00:00Z",
        reason: "Day before Independence Day",
        projected: true,
      },
    ])
  })

  it("shows the same to people", async () => {
    const { stdout } = await calendar("XNYS", ...between("2035-07-02", "2035-07-03"))
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["session", "open (UTC)", "close (UTC)", "break (UTC)", "note"],
      ["2035-07-02", "2035-07-02T13:30:00Z", "2035-07-02T20:00:00Z", "-", "projected"],
      [
        "2035-07-03",
        "2035-07-03T13:30:00Z",
        "2035-07-03T17:00:00Z",
        "-",
        "Day before Independence Day, projected",
      ],
      [""],
    ])
    const tokyo = await calendar("XTKS", ...between("2024-01-04", "2024-01-04"))
    expect(tokyo.stdout).toContain("2024-01-04T06:00:00Z  02:30-03:30")
  })

  it("takes closures, short days, late openings and extra sessions from a file", async () => {
    const file = fileOf(
      JSON.stringify({
        XNYS: {
          closures: [{ date: "2024-06-04", reason: "Made up" }],
          earlyCloses: [{ date: "2024-06-05", close: "12:00", reason: "Half" }],
          lateOpens: [{ date: "2024-06-06", open: "11:00", reason: "Snow" }],
          extraSessions: [{ date: "2024-06-08", reason: "Rehearsal" }],
        },
        XLON: { closures: [{ date: "2024-06-04", reason: "Elsewhere" }] },
      }),
    )
    const run = await calendar(
      "XNYS",
      ...between("2024-06-03", "2024-06-09"),
      "--json",
      "--calendar-file",
      file,
    )
    expect(sessionsOf(run)).toMatchObject([
      { session: "2024-06-03" },
      { session: "2024-06-05", close: "2024-06-05T16:00:00Z", reason: "Half" },
      { session: "2024-06-06", open: "2024-06-06T15:00:00Z", reason: "Snow" },
      { session: "2024-06-07" },
      { session: "2024-06-08", reason: "Rehearsal" },
    ])
  })

  it.each<[string, ReadonlyArray<string>, string]>([
    [
      "a market that it does not know",
      ["NYSE", ...between("2024-01-02", "2024-01-03")],
      "did you mean XNYS?",
    ],
    [
      "dates before the calendar begins",
      ["XLON", ...between("1999-12-01", "2000-01-31")],
      "knows 2000-01-01 to 2050-12-31",
    ],
    ["dates the wrong way round", ["XNYS", ...between("2024-01-03", "2024-01-02")], "on or after 2024-01-03"],
    ["a day that does not exist", ["XNYS", ...between("2024-02-30", "2024-03-02")], "--start-date"],
  ])("ends with 2 for %s", async (_name, args, message) => {
    const { code, stdout, stderr } = await calendar(...args)
    expect([code, stdout]).toEqual([2, ""])
    expect(stderr).toContain(message)
  })

  it.each([
    ["no JSON", "{", "--calendar-file"],
    ["of an unknown market", '{"NYSE": {}}', "did you mean XNYS?"],
    ["with a list it does not know", '{"XNYS": {"holidays": []}}', "XNYS.holidays: is not one of"],
    [
      "with a day that is none",
      '{"XNYS": {"closures": [{"date": "2024-13-01", "reason": "x"}]}}',
      "XNYS.closures[0].date",
    ],
    [
      "with a session on a day that has one",
      '{"XNYS": {"extraSessions": [{"date": "2024-07-05", "reason": "x"}]}}',
      "XNYS.extraSessions[0]",
    ],
  ])("ends with 2 and names the place for a file %s", async (_name, content, message) => {
    const { code, stderr } = await calendar(
      "XNYS",
      ...between("2024-01-02", "2024-01-03"),
      "--calendar-file",
      fileOf(content),
    )
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})
