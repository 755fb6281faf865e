import { expect, it } from "vitest"
import { isNetworkFolder } from "../src/index.ts"

const folder = "/home/me/state"

it.each([
  ["NFS", 0x6969, true],
  ["SMB", 0xfe534d42, true],
  ["FUSE", 0x65735546, true],
  ["ext4", 0xef53, false],
  ["btrfs", 0x9123683e, false],
  ["tmpfs", 0x01021994, false],
  ["none that has a number", 0, false],
])("a network folder is told by its kind: %s", (_name, kind, isNetwork) => {
  expect(isNetworkFolder(folder, () => kind)).toBe(isNetwork)
})

it.each([
  ["\\\\server\\share\\state", true],
  ["C:\\Users\\me\\state", false],
  [folder, false],
])("a network folder is told by its path where there are no kinds: %s", (path, isNetwork) => {
  expect(isNetworkFolder(path, () => 0)).toBe(isNetwork)
})
