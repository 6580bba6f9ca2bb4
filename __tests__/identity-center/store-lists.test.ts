import { describe, expect, it } from '@jest/globals'
import { isDisabled, type StoreGroup, type StoreUser } from '../../src/identity-center/identity-store.ts'
import { createStoreLists } from '../../src/identity-center/store-lists.ts'

const users = (...statuses: string[]): StoreUser[] =>
  statuses.map((UserStatus, n) => ({ UserId: `u-${n}`, UserStatus }))
const group: StoreGroup = { GroupId: 'g-0' }

/** Pages that come when they are given, and none after the last. */
function pagesOf<T>(): { pages: AsyncGenerator<T[], void>; give: (page: T[]) => void; end: () => void } {
  const stream = new TransformStream<T[], T[]>()
  const writer = stream.writable.getWriter()
  async function* read(): AsyncGenerator<T[], void> {
    yield* stream.readable
  }
  return { pages: read(), give: (page) => void writer.write(page), end: () => void writer.close() }
}

function reading(isExcluded?: (user: StoreUser) => boolean) {
  const [userPages, groupPages] = [pagesOf<StoreUser>(), pagesOf<StoreGroup>()]
  const lists = createStoreLists(isExcluded)
  const done = lists.read({ listUsers: () => userPages.pages, listGroups: () => groupPages.pages })
  const end = async (): Promise<void> => {
    userPages.end()
    groupPages.end()
    await done
  }
  return { lists, userPages, groupPages, end }
}

describe('whether there are so many principals', () => {
  it.each([
    [3, true],
    [4, false],
  ])('of three: at least %i is %p at the end of the lists', async (count, isSo) => {
    const { lists, userPages, groupPages, end } = reading()
    const answer = lists.areAtLeast(count)
    userPages.give(users('ENABLED', 'DISABLED'))
    groupPages.give([group])
    await end()
    expect(await answer).toBe(isSo)
    expect(await lists.areAtLeast(count)).toBe(isSo)
    expect(await lists.principals()).toStrictEqual({ groups: ['g-0'], users: ['u-0', 'u-1'] })
  })

  it('is certain before the lists end, as soon as there are', async () => {
    const { lists, userPages, groupPages } = reading()
    const answer = lists.areAtLeast(2)
    userPages.give(users('ENABLED'))
    groupPages.give([group])
    expect(await answer).toBe(true)
  })

  it('does not count users that are left out', async () => {
    const { lists, userPages, groupPages, end } = reading(isDisabled)
    const answers = [lists.areAtLeast(3), lists.areAtLeast(4)]
    groupPages.give([group])
    userPages.give(users('ENABLED', 'DISABLED', 'DISABLED'))
    userPages.give(users('ENABLED', 'DISABLED', 'DISABLED', 'ENABLED').slice(3))
    await end()
    expect(await Promise.all(answers)).toStrictEqual([true, false])
    expect((await lists.principals()).users).toStrictEqual(['u-0', 'u-3'])
  })

  it('is that of the lists at their end, whatever comes or goes later', async () => {
    const { lists, userPages, groupPages, end } = reading()
    userPages.give(users('ENABLED'))
    groupPages.give([group])
    await end()
    lists.users.add({ UserId: 'u-late' })
    lists.groups.delete('g-0')
    expect(await lists.areAtLeast(3)).toBe(false)
    expect(await lists.principals()).toStrictEqual({ groups: ['g-0'], users: ['u-0'] })
  })
})
