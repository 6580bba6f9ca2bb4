import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { DIST } from '../../emulator/runner.ts'
import { populationOf } from '../../src/review/population.ts'
import { DATA_PLACE, reviewPage } from '../../src/review/page.ts'
import type { PageData } from '../../src/review/page.ts'
import { accessOf } from '../fixtures/access.ts'
import { HOSTILE_NAMES } from '../fixtures/hostile-names.ts'
import { identitiesOf, user } from '../fixtures/identities.ts'

const template = readFileSync(join(DIST, 'access-review.html'), 'utf8')

function dataOf(names: readonly string[]): PageData {
  const users = names.map((name, i) => user(`u${String(i).padStart(6, '0')}`, { name }))
  return {
    provenance: {
      identityStoreId: 'd-1234567890',
      account: '111122223333',
      ownerAccount: null,
      region: 'eu-west-1',
      run: null,
      time: '2026-01-02T03:04:05.000Z',
      digests: { 'access.csv': '0'.repeat(64), 'users.json': '1'.repeat(64) },
    },
    ...populationOf(identitiesOf({ users, groups: [], access: accessOf([], []) })),
  }
}

function embedded(page: string): unknown {
  return JSON.parse(/<script id="data" type="application\/json">(.*?)<\/script>/s.exec(page)?.[1] ?? '')
}

describe('reviewPage', () => {
  it('holds its data, in pieces that nobody sees, and no name can end the element that it stands in', () => {
    const names = [...HOSTILE_NAMES, ...Array.from({ length: 12_000 }, (_, i) => `Name ${String(i)}`)]
    const data = dataOf(names)
    const page = [...reviewPage(template, data)].join('')
    expect(embedded(page)).toEqual(JSON.parse(JSON.stringify(data)))
    const [before = '', after = ''] = template.split(DATA_PLACE)
    const text = page.slice(before.length, page.length - after.length)
    expect(text).not.toContain('<')
  })

  it('allows its own script and style by their hashes, and nothing else', () => {
    const hash = (text = ''): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    const style = /<style>(.*?)<\/style>/s.exec(template)?.[1]
    const script = /<script type="module">(.*?)<\/script>/s.exec(template)?.[1]
    expect(/Content-Security-Policy" content="([^"]+)"/.exec(template)?.[1]).toBe(
      `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
    )
    expect(template.match(/<script\b/g)).toHaveLength(2)
    expect(template).not.toMatch(/\b(?:src|srcset|action|data-src)="|<link\b/)
  })

  it('says so where the page has no place for data', () => {
    expect(() => [...reviewPage('<html></html>', dataOf([]))]).toThrow('no place for its data')
  })
})
