import { beforeEach, describe, expect, it } from '@jest/globals'
import { PARAMETERS } from '../../src/connector/parameters.ts'
import { connectorService } from '../../src/connector/service.ts'
import { UserError } from '../../src/errors.ts'
import type { FailureKind } from '../../src/errors.ts'
import { ACTION_INPUTS, parseConnectorSettings } from '../../src/settings.ts'

const config = { config_map: { parameters: { a: 'b' } }, user_file: '/w/u.json', group_file: '/w/g.json' }

let debug: string[]
beforeEach(() => {
  debug = []
})

describe('the status of a sync that failed', () => {
  // the numbers of grpc's status codes
  const codes: [FailureKind, number][] = [
    ['parameters', 3],
    ['permission', 7],
    ['precondition', 9],
    ['unavailable', 14],
    ['credentials', 16],
  ]
  it.each(codes)('%s is told as %i, with the sentence of the action', async (kind, code) => {
    const failing = serviceThat(() => Promise.reject(new UserError(kind, 'What happened. What to do.')))
    await expect(failing.syncIdentityStore(config)).rejects.toEqual({
      code,
      details: 'What happened. What to do.',
    })
    expect(debug).toEqual([])
  })

  it('a bug is INTERNAL with a plain sentence; the log has its place, not its text, which can hold a name', async () => {
    const failing = serviceThat(() => Promise.reject(new TypeError('user-0001 is not a function')))
    await expect(failing.syncIdentityStore(config)).rejects.toEqual({
      code: 13,
      details: expect.stringContaining('a bug in AWS Organization Sync'),
    })
    expect(debug).toEqual([expect.stringMatching(/^TypeError\n {4}at [\s\S]*service\.test/)])
    expect(debug.join()).not.toContain('user-0001')
  })

  it('the log has the place of the cause of a failure, too', async () => {
    const cause = new RangeError('user-0001 is out of range')
    const failing = serviceThat(() => Promise.reject(new UserError('unavailable', 'Later.', { cause })))
    await expect(failing.syncIdentityStore(config)).rejects.toMatchObject({ code: 14 })
    expect(debug).toEqual([expect.stringMatching(/^Cause: RangeError\n {4}at /)])
    expect(debug.join()).not.toContain('user-0001')
  })

  it('fits into a trailer whatever a message holds', async () => {
    const failing = serviceThat(() =>
      Promise.reject(new UserError('parameters', '\ud83d\ude00'.repeat(9000))),
    )
    const status = await failing.syncIdentityStore(config).catch((thrown: unknown) => thrown)
    const { details } = status as { details: string }
    expect(details.length).toBeLessThan(4100)
    expect(() => encodeURI(details)).not.toThrow()
  })
})

describe('what the CLI asks a connector', () => {
  it('hands parameters and files on, and the counts back', async () => {
    const seen: unknown[] = []
    const service = serviceThat((...given) => {
      seen.push(given)
      return Promise.resolve({ users: 2, groups: 1 })
    })
    expect(await service.syncIdentityStore(config)).toEqual({ user_count: 2, group_count: 1 })
    expect(seen).toEqual([[{ a: 'b' }, { usersFile: '/w/u.json', groupsFile: '/w/g.json' }]])
  })

  it('takes an absent parameter map for an empty one', async () => {
    const service = serviceThat((parameters) =>
      Promise.resolve({ users: Object.keys(parameters).length, groups: 0 }),
    )
    expect(await service.syncIdentityStore({ ...config, config_map: null })).toEqual({
      user_count: 0,
      group_count: 0,
    })
  })

  it('describes exactly the parameters that the settings parser takes, in one line each', () => {
    const taken = ACTION_INPUTS.filter((name) => {
      const given = { 'aws-account-id': '111122223333', [name]: '(\0' }
      try {
        parseConnectorSettings(given, {}, { isDropIn: false })
        return false
      } catch {
        return true
      }
    })
    expect(PARAMETERS.map(({ name }) => name).sort()).toEqual(taken.sort())
    for (const { description } of PARAMETERS) expect(description).toMatch(/^\S.{20,400}\.$/)
  })

  it('works with every CLI from 0.50.0 on', () => {
    const { cli_build_version: build, cli_minimal_version: minimal } =
      serviceThat(never).cliVersionInformation()
    expect(build.minor).toBeGreaterThanOrEqual(50)
    expect(minimal).toMatchObject({ major: 0, minor: 50, patch: 0, prerelease: '0' })
  })

  it('tells its version, a pre-release included', () => {
    expect(serviceThat(never, '1.2.3-rc.1').getInfo().version).toEqual({
      major: 1,
      minor: 2,
      patch: 3,
      prerelease: 'rc.1',
      build: '',
    })
  })
})

function serviceThat(sync: Parameters<typeof connectorService>[0]['sync'], version = '0.1.0') {
  const log = { debug: (message: string) => debug.push(message), info: ignore, warning: ignore }
  return connectorService({ version, parameters: [], sync, log })
}

function never(): Promise<never> {
  return Promise.reject(new Error('not asked'))
}

function ignore() {
  // nothing is said in these tests
}
