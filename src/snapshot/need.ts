import { UserError } from '../errors.ts'
import type { Counts } from './model.ts'

/**
 * A snapshot may need so much memory when it is read. 200,000 users and 100,000 groups, the quotas of Identity Center, with
 * two million memberships and 500 bytes of text in each record need 240 MiB.
 */
export const MAX_NEED_BYTES = 320 * 1024 * 1024

/** What a snapshot needs in memory, estimated from what a record is written as before it is kept. */
export interface Need {
  /** For a manifest that counts more than can be kept, so that nothing of the files is read. */
  verifyCounts(counts: Counts): void
  addRecord(line: string, groupExternalIds: readonly string[]): void
  /** An id that groups.json does not hold. */
  addGroupId(id: string): void
}

/** @param label names the snapshot in the UserError ('precondition') that is thrown as soon as it needs too much */
export function createNeed(label: string): Need {
  let need = 0
  function refuseAbove(bytes: number): void {
    if (bytes <= MAX_NEED_BYTES) return
    throw new UserError(
      'precondition',
      `${label} holds more than an identity store can: so many records, memberships or so much text need more than ` +
        `${MAX_NEED_BYTES / 1024 / 1024} MiB of memory. Restore the snapshot, or write it again.`,
    )
  }
  return {
    verifyCounts({ users, groups, memberships }) {
      refuseAbove((users + groups) * (SHORTEST_LINE + ENTRY_BYTES) + memberships * MEMBERSHIP_BYTES)
    },
    addRecord(line, groupExternalIds) {
      let text = line.length
      for (const id of groupExternalIds) text -= id.length + '"",'.length
      // V8 keeps two bytes for each character of a text with one beyond Latin-1.
      const width = Buffer.byteLength(line) === line.length ? 1 : 2
      need += ENTRY_BYTES + Math.max(0, text) * width + groupExternalIds.length * MEMBERSHIP_BYTES
      refuseAbove(need)
    },
    addGroupId(id) {
      need += ENTRY_BYTES + id.length * 2
      refuseAbove(need)
    },
  }
}

/** The keys of a record, without a value. What they take in the line, its object takes in memory. */
const SHORTEST_LINE = 100
/** What a record costs besides: its id, and its places in lists and tables while it is read. */
const ENTRY_BYTES = 128
/** One place in the list of a user, and half of the time that it takes to read one. */
const MEMBERSHIP_BYTES = 16
