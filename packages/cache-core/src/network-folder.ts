import * as path from "node:path"
import { guard } from "./layout.ts"
import type { StoreContext } from "./store-context.ts"

/** What `statfs` calls file systems that other machines may write to at the same time. */
const networkKinds: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x65735546, // FUSE: sshfs, s3fs, virtiofs and others
  0x01021997, // 9P: folders of a virtual machine's host
  0x00c36400, // Ceph
  0x5346414f, // AFS
  0x6b414653, // kAFS
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x7461636f, // OCFS2
  0x01161970, // GFS2
  0x786f4256, // VirtualBox shared folders
])

/** True when the cache is in a folder where file locks of the operating system cannot be relied on. */
export const isNetworkFolder = (context: StoreContext, folder: string): boolean => {
  if (context.lock !== "auto") return context.lock === "network"
  // Windows has no kinds; `\\server\share` names a network folder there.
  if (path.resolve(folder).startsWith("\\\\")) return true
  return networkKinds.has(guard(folder, "lock", () => context.files.kindOf(folder)))
}
