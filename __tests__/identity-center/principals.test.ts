import { describe, expect, it } from '@jest/globals'
import { isDisabled } from '../../src/identity-center/directory.ts'
import { followPrincipals } from '../../src/identity-center/principals.ts'
import { keepGroup, keepUser, Records } from '../../src/identity-center/records.ts'

const never = new Promise<never>(() => undefined)

function lists(users: readonly string[], groups: number) {
  const read = { users: new Records(keepUser), groups: new Records(keepGroup) }
  users.forEach((UserStatus, n) => {
    read.users.add(`u-${n}`, { UserId: `u-${n}`, UserStatus } as Parameters<typeof keepUser>[0])
  })
  for (let n = 0; n < groups; n++)
    read.groups.add(`g-${n}`, { GroupId: `g-${n}` } as Parameters<typeof keepGroup>[0])
  return read
}

describe('whether there are so many principals', () => {
  it.each([
    [3, true],
    [4, false],
  ])('of three: at least %i is %p at the end of the lists', async (count, isSo) => {
    const principals = followPrincipals(undefined, never)
    const answer = principals.areAtLeast(count)
    principals.seen(lists(['ENABLED', 'DISABLED'], 1), true)
    expect(await answer).toBe(isSo)
    expect(await principals.areAtLeast(count)).toBe(isSo)
    expect(await principals.listed).toStrictEqual({ groups: ['g-0'], users: ['u-0', 'u-1'] })
  })

  it('is certain before the lists end, as soon as there are', async () => {
    const principals = followPrincipals(undefined, never)
    const answer = principals.areAtLeast(2)
    principals.seen(lists(['ENABLED'], 1), false)
    expect(await answer).toBe(true)
  })

  it('does not count users that are left out', async () => {
    const principals = followPrincipals(isDisabled, never)
    const answers = [principals.areAtLeast(3), principals.areAtLeast(4)]
    const first = ['ENABLED', 'DISABLED', 'DISABLED']
    principals.seen(lists(first, 1), false)
    principals.seen(lists([...first, 'ENABLED'], 1), true)
    expect(await Promise.all(answers)).toStrictEqual([true, false])
    expect((await principals.listed).users).toStrictEqual(['u-0', 'u-3'])
  })

  it('is answered by the failure of the crawl', async () => {
    const principals = followPrincipals(undefined, Promise.reject(new Error('the store is gone')))
    await expect(principals.areAtLeast(1)).rejects.toThrow('the store is gone')
    await expect(principals.listed).rejects.toThrow('the store is gone')
  })
})
