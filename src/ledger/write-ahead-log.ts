const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;

/**
 * What is wrong with a SQLite write-ahead log that nobody is writing; undefined when it is sound. SQLite itself takes
 * the first bad frame for the end of the log and drops what follows in silence, acknowledged or not.
 * Format: https://www.sqlite.org/fileformat2.html, section 4.
 */
export function logDamage(log: Buffer): string | undefined {
  if (log.length === 0) return undefined;
  if (log.length < HEADER) return "its write-ahead log is cut short";
  const magic = log.readUInt32BE(0);
  const readWord = magic === MAGIC + 1 ? log.readUInt32BE.bind(log) : log.readUInt32LE.bind(log);
  let sums: Checksum = [0, 0];
  const add = (start: number, end: number) => {
    sums = checksum(sums, readWord, start, end);
  };
  const matches = (at: number) => log.readUInt32BE(at) === sums[0] && log.readUInt32BE(at + 4) === sums[1];

  add(0, 24);
  if ((magic !== MAGIC && magic !== MAGIC + 1) || !matches(24)) return "the header of its write-ahead log is damaged";
  const frameLength = FRAME_HEADER + log.readUInt32BE(8);
  let sound = true;
  for (let frame = HEADER; frame < log.length; frame += frameLength) {
    // SQLite writes a frame's header and its page one after the other: between the two a process may be killed.
    if (frame + FRAME_HEADER === log.length) return undefined;
    if (frame + frameLength > log.length) return "its write-ahead log is cut short";
    // Frames of the log's earlier lives lie behind those of the present one, and differ from it in both salts.
    const present = [8, 12].some((at) => log.readUInt32BE(frame + at) === log.readUInt32BE(at + 8));
    if (sound) {
      add(frame, frame + 8);
      add(frame + FRAME_HEADER, frame + frameLength);
      sound = present && matches(frame + 16);
    }
    // A killed process leaves frames without their commit; a bad frame before a commit is damage.
    const commits = log.readUInt32BE(frame + 4) !== 0;
    if (!sound && present && commits) return "its write-ahead log is damaged";
  }
  return undefined;
}

type Checksum = readonly [number, number];

function checksum([first, second]: Checksum, readWord: (at: number) => number, start: number, end: number): Checksum {
  let a = first;
  let b = second;
  for (let at = start; at < end; at += 8) {
    a = (a + readWord(at) + b) >>> 0;
    b = (b + readWord(at + 4) + a) >>> 0;
  }
  return [a, b];
}
