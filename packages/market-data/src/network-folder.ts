/** Windows has no kinds; `\\server\share` names a network folder there. */
const isNetworkPath = (absolutePath: string): boolean => absolutePath.startsWith("\\\\")

/** What `statfs` calls network file systems. @see https://man7.org/linux/man-pages/man2/statfs.2.html */
const networkKinds: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x65735546, // FUSE: sshfs, s3fs, virtiofs, folders shared with containers
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

/**
 * Whether other machines may write to a folder too, as far as its path and kind tell: locks of the operating system
 * cannot be relied on there.
 * @param kindOf the `type` that `statfs` tells of the folder; not called where the path says it all
 */
export const isNetworkFolder = (absolutePath: string, kindOf: () => number): boolean =>
  isNetworkPath(absolutePath) || networkKinds.has(kindOf())
