/** A file in a ZIP archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  readonly packedBytes: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const entryHeaderBytes = 46;

/** The files that an archive's central directory lists (APPNOTE.TXT 4.3.12), in its order. Throws if it has none. */
export function zipEntries(archive: Buffer): readonly ZipEntry[] {
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(endSignature);
  const end = archive.lastIndexOf(signature);
  if (end < 0) {
    throw new Error('Not a ZIP archive: it has no central directory.');
  }
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    if (archive.readUInt32LE(at) !== entrySignature) {
      throw new Error(`The central directory is damaged at byte ${at}.`);
    }
    const nameBytes = archive.readUInt16LE(at + 28);
    const entry = {
      name: archive.toString('utf8', at + entryHeaderBytes, at + entryHeaderBytes + nameBytes),
      bytes: archive.readUInt32LE(at + 24),
      packedBytes: archive.readUInt32LE(at + 20),
    };
    at += entryHeaderBytes + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    return entry;
  });
}
