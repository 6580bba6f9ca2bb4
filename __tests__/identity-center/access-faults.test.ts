import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { accessCatalogue } from '../../emulator/access-catalogue.ts'
import { provisionedPairs } from '../../emulator/access.ts'
import { catalogue, denied, error, on, throttling } from '../../emulator/catalogue.ts'
import type { CatalogueEntry } from '../../emulator/catalogue.ts'
import type { Fault } from '../../emulator/faults.ts'
import { startIdentityCenter, type LoggedCall } from '../../emulator/identity-center.ts'
import {
  ACCOUNT,
  changeUser,
  createOrganization,
  usersOf,
  type Organization,
} from '../../emulator/organization.ts'
import { createRandom } from '../../emulator/random.ts'
import { UserError } from '../../src/errors.ts'
import { realTime } from '../../src/identity-center/time.ts'
import { parseActionSettings } from '../../src/settings.ts'
import { accessFile } from '../../src/snapshot/access-file.ts'
import { openAws, type Reading } from '../../src/source.ts'

type Way = 'pairs' | 'principal'
type Named = readonly [name: string, entry: CatalogueEntry]

const environment = { ...process.env }
beforeAll(() => {
  process.env = {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_'))),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  }
  // An error of Node's own HTTP is of another realm than a test's Error, and the SDK wraps what is none.
  Object.defineProperty(Error, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, thrown: unknown) {
      return this === Error
        ? Object.prototype.toString.call(thrown) === '[object Error]'
        : Function.prototype[Symbol.hasInstance].call(this, thrown)
    },
  })
})
afterAll(() => {
  process.env = environment
  Reflect.deleteProperty(Error, Symbol.hasInstance)
})

it('without a fault each organization is read in the way that it is for', async () => {
  for (const way of ['pairs', 'principal'] as const) {
    const { reading, complaints } = await run(organizationOf(way), [])
    expect(reading).toMatchObject({ accessCost: { way } })
    expect(ofAccess(complaints)).toStrictEqual([])
  }
})

describe('a fault of SSO Admin or Organizations', () => {
  it.each(
    accessCatalogue
      .flatMap(([name, entry]) => (['pairs', 'principal'] as const).map((way) => ({ name, entry, way })))
      .filter(({ entry, way }) => (entry.way ?? way) === way),
  )(
    '$name ($way): gives what a run without it gives, or a refusal',
    async ({ entry, way }) => {
      const organization = organizationOf(way)
      const { reading, error, complaints } = await run(organization, [entry])
      if (entry.outcome === 'same' || entry.outcome === 'final') {
        expect(error).toBeUndefined()
        expect(textsOf(reading)).toStrictEqual(
          await (entry.outcome === 'same' ? sound(way) : soundTexts(organization)),
        )
      } else {
        expectRefusal(error)
        expect(entry.outcome).toContain(error.kind)
      }
      expect(ofAccess(complaints)).toStrictEqual([])
    },
    60_000,
  )
})

describe('a fault of the identity store and one of access', () => {
  it.each(choosePairs(16).map(([[first, one], [second, two]]) => ({ first, second, one, two })))(
    '$first and $second: give what a run without them gives, or a refusal',
    async ({ one, two }) => {
      const way = two.way ?? 'pairs'
      const organization = organizationOf(way)
      const { reading, error } = await run(organization, [one, two])
      const outcomes = [one.outcome, two.outcome]
      const survives = outcomes.every((outcome) => outcome === 'same' || outcome === 'final')
      if (reading !== undefined || survives) {
        expect(error).toBeUndefined()
        expect(textsOf(reading)).toStrictEqual(
          await (outcomes.includes('final') ? soundTexts(organization) : sound(way)),
        )
      } else expectRefusal(error)
    },
    60_000,
  )
})

describe('throttling of three calls of ten of both services', () => {
  it.each([1, 2, 3])('is only a delay (seed %d)', async (seed) => {
    const extra = [on(undefined, { probability: 0.3, seed }, throttling())]
    const { reading } = await run(organizationOf('pairs'), [], extra)
    expect(textsOf(reading)).toStrictEqual(await sound('pairs'))
  })
})

describe('a run with access', () => {
  it('in a replica Region asks SSO Admin in the primary one', async () => {
    const replicated = createOrganization({
      seed: 8,
      users: 5,
      groups: 2,
      memberships: 4,
      region: 'eu-central-1',
      replicas: ['us-east-1'],
      access: { accounts: 2, permissionSets: 2, assignments: 4 },
    })
    const { reading, log } = await run(replicated, [], [], { 'aws-region': 'us-east-1' })
    expect(reading?.access?.assignments).toHaveLength(replicated.access.assignments.length)
    const regions = log
      .filter(({ service, operation }) => service === 'sso' && operation !== 'ListInstances')
      .map(({ region }) => region)
    expect(new Set(regions)).toStrictEqual(new Set(['eu-central-1']))
  })

  it('needs ListInstances, also where the store is named', async () => {
    const organization = organizationOf('pairs')
    const [identityStoreId = ''] = organization.stores.keys()
    const inputs = { 'aws-identity-store-id': identityStoreId }
    const { error } = await run(organization, [], [on('ListInstances', {}, denied('sso'))], inputs)
    expect(error).toMatchObject({ kind: 'permission', message: expect.stringContaining('sso:ListInstances') })
  })

  it('leaves out the assignments of users that disabled-users leaves out, and asks for none of them', async () => {
    for (const way of ['pairs', 'principal'] as const) {
      const organization = organizationOf(way)
      const [user] = usersOf(organization)
      changeUser(organization, user?.UserId ?? '', { UserStatus: 'DISABLED' })
      const [pair] = organization.access.assignments
      if (pair !== undefined)
        organization.access.assignments.push({
          ...pair,
          PrincipalType: 'USER',
          PrincipalId: user?.UserId ?? '',
        })
      const disabled = new Set(
        usersOf(organization).flatMap(({ UserId, UserStatus }) => (UserStatus === 'DISABLED' ? UserId : [])),
      )
      const { reading, log } = await run(organization, [], [], { 'disabled-users': 'exclude' })
      expect(
        reading?.access?.assignments.filter(({ principalId }) => disabled.has(principalId)),
      ).toStrictEqual([])
      expect(reading?.findings.filter((finding) => finding.startsWith('Assignments'))).toStrictEqual([])
      expect(log.filter(({ input }) => disabled.has(String(input['PrincipalId'])))).toStrictEqual([])
    }
  })

  it('ends with the first failure of either service: nothing is sent any more', async () => {
    for (const operation of ['ListGroupMemberships', 'ListAccountAssignments']) {
      const faults = [on(operation, { nth: 2 }, error('ValidationException', 'No.'))]
      const { error: thrown, log } = await run(organizationOf('pairs'), [], faults, {
        'requests-per-second': '100',
      })
      expectRefusal(thrown)
      expect(log.length).toBeLessThan(120)
    }
  })

  it('without access calls neither SSO Admin, but for ListInstances, nor Organizations', async () => {
    const { reading, log } = await run(organizationOf('pairs'), [], [], { access: 'none' })
    expect(reading).not.toHaveProperty('access')
    const others = log.filter(
      ({ service, operation }) =>
        service !== 'identitystore' && service !== 'sts' && operation !== 'ListInstances',
    )
    expect(others).toStrictEqual([])
  })
})

interface Run {
  reading?: Reading
  error?: unknown
  log: LoggedCall[]
  complaints: string[]
}

/** One reading of both services, as the action begins it. */
async function run(
  organization: Organization,
  entries: readonly CatalogueEntry[],
  extra: readonly Fault[] = [],
  inputs: Record<string, string> = {},
): Promise<Run> {
  for (const { prepare } of entries) prepare?.(organization)
  const options = Object.assign({}, ...entries.map((entry) => entry.options)) as CatalogueEntry['options']
  const faults = [...extra, ...entries.flatMap((entry) => entry.faults?.() ?? [])]
  const center = await startIdentityCenter(organization, { ...options, faults })
  try {
    Object.assign(process.env, center.environment)
    const waitsLong = entries.some(({ waits }) => waits === 'deadline')
    const settings = parseActionSettings(
      { 'aws-account-id': ACCOUNT, access: 'accounts', 'requests-per-second': '1000', ...inputs },
      { AWS_ORGANIZATION_SYNC_CALL_DEADLINE: waitsLong ? '2' : '8' },
    )
    const quiet = (): void => undefined
    const source = await openAws(settings, {
      environment: center.environment,
      log: { debug: quiet, info: quiet, warning: quiet },
      time: realTime,
    })
    return { reading: await source.read(), log: center.log, complaints: center.complaints }
  } catch (thrown) {
    return { error: thrown, log: center.log, complaints: center.complaints }
  } finally {
    await center.close()
  }
}

/** In one process with the clients, the emulator sees the schemas that they have cut down for memberships. */
function ofAccess(complaints: readonly string[]): string[] {
  return complaints.filter((complaint) => !complaint.startsWith('ListGroupMemberships'))
}

function textsOf(reading: Reading | undefined): string[] {
  if (reading?.access === undefined) throw new Error('Nothing was read.')
  return [JSON.stringify(reading.identities), [...accessFile(reading.access)].join('')]
}

const known = new Map<Way, Promise<string[]>>()

/** What a run without faults gives. */
function sound(way: Way): Promise<string[]> {
  const texts = known.get(way) ?? soundTexts(organizationOf(way))
  known.set(way, texts)
  return texts
}

async function soundTexts(organization: Organization): Promise<string[]> {
  return textsOf((await run(organization, [])).reading)
}

function expectRefusal(error: unknown): asserts error is UserError {
  expect(error).toBeInstanceOf(UserError)
  expect(String(error)).toMatch(/^UserError: [^\n]{30,}\.$/)
  expect(String(error)).not.toMatch(/undefined|\[object|private\.person/)
}

/** Two pages of users; read by pairs, or with every permission set in every account, by principal. */
function organizationOf(way: Way): Organization {
  const size =
    way === 'pairs'
      ? { accounts: 25, permissionSets: 6, assignments: 60 }
      : { accounts: 25, permissionSets: 6, assignments: 40, provisioned: 1_500 }
  const people = way === 'pairs' ? { users: 120, groups: 9 } : { users: 21, groups: 6 }
  const organization = createOrganization({ seed: 4, memberships: 60, ...people, access: size })
  const pairs = provisionedPairs(organization.access).length
  if (pairs > people.users + people.groups !== (way === 'principal'))
    throw new Error('It is read in the other way.')
  return organization
}

/** Pairs of which at least one leaves something to compare. */
function choosePairs(count: number): [Named, Named][] {
  const random = createRandom(20)
  const usable = (all: readonly Named[]): Named[] =>
    all.filter(([, { waits, direction }]) => waits !== 'deadline' && direction !== 'user')
  const [store, access] = [usable(catalogue), usable(accessCatalogue)]
  const chosen: [Named, Named][] = []
  while (chosen.length < count) {
    const one = store[random.below(store.length)]
    const two = access[random.below(access.length)]
    if (one === undefined || two === undefined) continue
    if ([one, two].some(([, { outcome }]) => outcome === 'same' || outcome === 'final'))
      chosen.push([one, two])
  }
  return chosen
}
