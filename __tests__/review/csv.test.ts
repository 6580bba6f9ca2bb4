import { describe, expect, it } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { accessCsv, usersCsv } from '../../src/review/csv.ts'
import { findingsOf, linesOf } from '../../src/review/lines.ts'
import { populationOf } from '../../src/review/population.ts'
import { accessOf, ADMINISTRATOR, permissionSet } from '../fixtures/access.ts'
import { group, identitiesOf, user } from '../fixtures/identities.ts'
import { anyReviewed, oracleOf } from '../fixtures/review.ts'
import type { Reviewed } from '../fixtures/review.ts'

const ACCESS_HEAD =
  'user_name,name,email,status,account_id,account_name,permission_set,level,session_duration,policies,through,through_id'
const USERS_HEAD =
  'user_name,name,email,status,external_id,groups,accounts,permission_sets,administrator_accounts'

function filesOf(snapshot: Reviewed) {
  const population = populationOf(identitiesOf(snapshot))
  const lines = linesOf(population)
  return {
    access: [...accessCsv(population, lines)].join(''),
    users: [...usersCsv(population, lines)].join(''),
    counts: findingsOf(population, lines).counts,
    population,
    lines,
  }
}

/** By a reader that others wrote, told to take CRLF alone for the end of a line. */
function read(text: string): string[][] {
  return parse(text, { record_delimiter: '\r\n', relax_column_count: false })
}

describe('access.csv and users.csv', () => {
  it('are, to another reader, what an oracle makes of 100 random organizations', () => {
    let lines = 0
    fc.assert(
      fc.property(anyReviewed, (snapshot) => {
        const files = filesOf(snapshot)
        const oracle = oracleOf(snapshot)
        expect(read(files.access)).toEqual([ACCESS_HEAD.split(','), ...oracle.access])
        expect(read(files.users)).toEqual([USERS_HEAD.split(','), ...oracle.users])
        expect(files.counts).toEqual(oracle.counts)
        const { administratorsByAccount } = findingsOf(files.population, files.lines)
        expect([...administratorsByAccount]).toEqual([...oracle.administrators.values()])
        lines += oracle.counts.lines
      }),
      { numRuns: 100 },
    )
    // Else nothing was compared.
    expect(lines).toBeGreaterThan(100)
  })

  it('have a line for each way, sorted by account, set and id of the way, and one for whoever has no access', () => {
    const { access, users } = filesOf({
      users: [
        user('u1', {
          groupExternalIds: ['a', 'z'],
          tags: [{ key: 'Status', value: 'DISABLED', source: '' }],
        }),
        user('u2'),
      ],
      groups: [group('a', { name: 'Admins' }), group('z', { name: 'Zoo, "night"' })],
      access: accessOf(
        [
          ['GROUP', 'a', '222222222222', 'admin'],
          ['GROUP', 'z', '111111111111', 'admin'],
          ['GROUP', 'a', '111111111111', 'admin'],
          ['USER', 'u1', '111111111111', 'admin'],
        ],
        [
          permissionSet('admin', {
            ...ADMINISTRATOR,
            customerManagedPolicies: ['/team/Deploy'],
            inlinePolicy: {},
            sessionDuration: 'PT12H',
          }),
        ],
        { '111111111111': 'prod' },
      ),
    })
    const person = 'u1@example.com,Name u1,u1@example.com,DISABLED'
    const set = 'admin,administrator,PT12H,arn:aws:iam::aws:policy/AdministratorAccess /team/Deploy inline'
    expect(access).toBe(
      [
        ACCESS_HEAD,
        `${person},111111111111,prod,${set},Admins,a`,
        `${person},111111111111,prod,${set},direct,u1`,
        `${person},111111111111,prod,${set},"Zoo, ""night""",z`,
        `${person},222222222222,,${set},Admins,a`,
        'u2@example.com,Name u2,u2@example.com,,,,,,,,,',
        '',
      ].join('\r\n'),
    )
    expect(users).toBe(
      [
        USERS_HEAD,
        `${person},u1,2,2,1,111111111111 222222222222`,
        'u2@example.com,Name u2,u2@example.com,,u2,0,0,0,',
        '',
      ].join('\r\n'),
    )
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('take %j for no formula', (name) => {
    const { users } = filesOf({ users: [user('u', { name })], groups: [], access: accessOf([], []) })
    expect(read(users)[1]?.[1]).toBe(`'${name}`)
  })
})
