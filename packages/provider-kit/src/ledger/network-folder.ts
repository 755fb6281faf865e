import { statfsSync } from "node:fs"
import { resolve } from "node:path"

/** True when other machines may write to the folder too, as far as the file system's kind tells. */
export const isNetworkFolder = (folder: string): boolean =>
  isNetworkPath(resolve(folder)) || isNetworkKind(statfsSync(folder).type)

/** Windows has no kinds; `\\server\share` names a network folder there. */
export const isNetworkPath = (path: string): boolean => path.startsWith("\\\\")

/** Whether `statfs` calls a network file system so. @see https://man7.org/linux/man-pages/man2/statfs.2.html */
export const isNetworkKind = (kind: number): boolean => networkKinds.has(kind)

const networkKinds: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x65735546, // FUSE: sshfs, virtiofs, folders shared with containers
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
