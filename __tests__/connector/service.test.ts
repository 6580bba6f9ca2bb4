import { beforeEach, describe, expect, it } from '@jest/globals'
import { PARAMETERS } from '../../src/connector/parameters.ts'
import { connectorService, statusOf, type Sync } from '../../src/connector/service.ts'
import { UserError } from '../../src/errors.ts'
import type { FailureKind } from '../../src/errors.ts'
import { ACTION_INPUTS, parseConnectorSettings } from '../../src/settings.ts'

const config = { config_map: { parameters: { a: 'b' } }, user_file: '/w/u.json', group_file: '/w/g.json' }

let debug: string[]
const log = { debug: (message: string) => debug.push(message), info: ignore, warning: ignore }
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
  it.each(codes)('%s is told as %i, with the sentence of the action', (kind, code) => {
    const details = 'What happened. What to do.'
    expect(statusOf(new UserError(kind, details), log)).toEqual({ code, details })
    expect(debug).toEqual([])
  })

  it('a bug is INTERNAL with a plain sentence; the log has its place, not its text, which can hold a name', () => {
    expect(statusOf(new TypeError('user-0001 is not a function'), log)).toEqual({
      code: 13,
      details: expect.stringContaining('a bug in AWS Organization Sync'),
    })
    expect(debug).toEqual([expect.stringMatching(/^TypeError\n {4}at [\s\S]*service\.test/)])
    expect(debug.join()).not.toContain('user-0001')
  })

  it('the log has the place of the cause of a failure, too', () => {
    const cause = new RangeError('user-0001 is out of range')
    expect(statusOf(new UserError('unavailable', 'Later.', { cause }), log)).toMatchObject({ code: 14 })
    expect(debug).toEqual([expect.stringMatching(/^Cause: RangeError\n {4}at /)])
    expect(debug.join()).not.toContain('user-0001')
  })

  it('fits into a trailer whatever a message holds', () => {
    const { details } = statusOf(new UserError('parameters', '\ud83d\ude00'.repeat(9000)), log)
    expect(details.length).toBeLessThan(4100)
    expect(() => encodeURI(details)).not.toThrow()
  })
})

describe('what the CLI asks a connector', () => {
  it('hands parameters and files on, and the counts back', async () => {
    const seen: unknown[] = []
    const service = connectorService((...given) => {
      seen.push(given)
      return Promise.resolve({ users: 2, groups: 1 })
    })
    expect(await service.syncIdentityStore(config)).toEqual({ user_count: 2, group_count: 1 })
    expect(seen).toEqual([[{ a: 'b' }, { usersFile: '/w/u.json', groupsFile: '/w/g.json' }]])
  })

  it('takes an absent parameter map for an empty one', async () => {
    const service = connectorService((parameters) =>
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
      connectorService(never).cliVersionInformation()
    expect(build).toMatchObject({ major: 0, minor: 72, patch: 0, prerelease: '' })
    expect(minimal).toEqual({ major: 0, minor: 50, patch: 0, prerelease: '0', build: '' })
  })
})

const never: Sync = () => Promise.reject(new Error('not asked'))

function ignore() {
  // nothing is said in these tests
}
