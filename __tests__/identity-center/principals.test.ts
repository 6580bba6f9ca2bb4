import { describe, expect, it } from '@jest/globals'
import { isDisabled, type StoreGroup, type StoreUser } from '../../src/identity-center/identity-store.ts'
import { ListedPrincipals } from '../../src/identity-center/principals.ts'
import { Records } from '../../src/identity-center/records.ts'

function lists(users: readonly string[], groups: number, isComplete: boolean) {
  const read = {
    users: new Records<StoreUser>(({ UserId }) => UserId),
    groups: new Records<StoreGroup>(({ GroupId }) => GroupId),
  }
  users.forEach((UserStatus, n) => {
    read.users.add({ UserId: `u-${n}`, UserStatus })
  })
  for (let n = 0; n < groups; n++) read.groups.add({ GroupId: `g-${n}` })
  read.users.isComplete = read.groups.isComplete = isComplete
  return read
}

describe('whether there are so many principals', () => {
  it.each([
    [3, true],
    [4, false],
  ])('of three: at least %i is %p at the end of the lists', async (count, isSo) => {
    const principals = new ListedPrincipals()
    const answer = principals.areAtLeast(count)
    principals.update(lists(['ENABLED', 'DISABLED'], 1, true))
    expect(await answer).toBe(isSo)
    expect(await principals.areAtLeast(count)).toBe(isSo)
    expect(await principals.listed()).toStrictEqual({ groups: ['g-0'], users: ['u-0', 'u-1'] })
  })

  it('is certain before the lists end, as soon as there are', async () => {
    const principals = new ListedPrincipals()
    const answer = principals.areAtLeast(2)
    principals.update(lists(['ENABLED'], 1, false))
    expect(await answer).toBe(true)
  })

  it('does not count users that are left out', async () => {
    const principals = new ListedPrincipals(isDisabled)
    const answers = [principals.areAtLeast(3), principals.areAtLeast(4)]
    const first = ['ENABLED', 'DISABLED', 'DISABLED']
    principals.update(lists(first, 1, false))
    principals.update(lists([...first, 'ENABLED'], 1, true))
    expect(await Promise.all(answers)).toStrictEqual([true, false])
    expect((await principals.listed()).users).toStrictEqual(['u-0', 'u-3'])
  })

  it('is that of the lists at their end, whatever comes or goes later', async () => {
    const principals = new ListedPrincipals()
    const read = lists(['ENABLED'], 1, true)
    principals.update(read)
    read.users.add({ UserId: 'u-late' })
    read.groups.delete('g-0')
    principals.update(read)
    expect(await principals.areAtLeast(3)).toBe(false)
    expect(await principals.listed()).toStrictEqual({ groups: ['g-0'], users: ['u-0'] })
  })
})
