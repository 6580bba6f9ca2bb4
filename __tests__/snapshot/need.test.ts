import { describe, expect, it } from '@jest/globals'
import { UserError } from '../../src/errors.ts'
import { createNeed, MAX_NEED_BYTES } from '../../src/snapshot/need.ts'

describe('what a snapshot needs in memory', () => {
  it('is granted to every store that AWS allows, with 500 bytes of text in each record', () => {
    const need = createNeed('x')
    need.verifyCounts({ users: 200_000, groups: 100_000, memberships: 2_000_000 })
    const groups = ids(10)
    const line = 'x'.repeat(600)
    const user = line + JSON.stringify(groups)
    for (let n = 0; n < 200_000; n++) need.addRecord(user, groups)
    for (let n = 0; n < 100_000; n++) need.addRecord(line, [])
    expect(() => {
      need.addRecord('x'.repeat(MAX_NEED_BYTES / 2), [])
    }).toThrow('x holds more than an identity store can')
  })

  it.each<[string, string, string[]]>([
    ['text', 'x'.repeat(1024 * 1024), []],
    // Two bytes in memory for each character.
    ['wide text', '€'.repeat(512 * 1024), []],
    ['memberships', JSON.stringify(ids(64 * 1024)), ids(64 * 1024)],
  ])('counts a MiB of %s as one', (_, line, groups) => {
    const need = createNeed('x')
    for (let n = 0; n < 319; n++) need.addRecord(line, groups)
    expect(() => {
      need.addRecord(line, groups)
    }).toThrow(UserError)
  })

  it('counts each id that groups.json does not hold', () => {
    const need = createNeed('x')
    for (let n = 0; n < 319; n++) need.addGroupId('x'.repeat(512 * 1024))
    expect(() => {
      need.addGroupId('x'.repeat(512 * 1024))
    }).toThrow(UserError)
  })
})

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `group-${String(n)}`)
}
