import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { describeVerdict } from '../../src/changes/guard.ts'
import { messageOf } from '../../src/errors.ts'
import { parseActionSettings } from '../../src/settings.ts'
import { errorSentences, sentencesOf } from './error-sentences.ts'

const fromRoot = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const [errors = '', warnings = ''] = readFileSync(fromRoot('docs/troubleshooting.md'), 'utf8').split(
  '\n## Warnings\n',
)
/** The beginnings that the page lists: what stands first in a row of a table, as code. */
const entries = [...errors.matchAll(/^\| `([^`]+)`/gm)].map(([, entry = '']) => entry)

/** Words that are put together elsewhere: by guard.ts, settings.ts, or by a maker that is read where it is called. */
const ELSEWHERE = [
  'comparison.ts',
  'connector/sync.ts',
  'github/zip.ts',
  'identity-center/advice.ts',
  'identity-center/faults.ts',
  'settings.ts',
  'sync.ts',
]
/** Never seen: it becomes a reason of "The artifact … could not be uploaded". */
const UNSEEN = ['no answer']

const sentences = errorSentences(fromRoot('src'))
const spelled = sentences.filter(({ text }) => text !== '…' && !UNSEEN.includes(text))

describe('docs/troubleshooting.md', () => {
  it('has the beginning of every error in src/', () => {
    const missing = spelled.filter(({ text }) => !entries.some((entry) => text.startsWith(entry)))
    expect(missing).toEqual([])
    expect(spelled.length).toBeGreaterThan(100)
  })

  it('has the errors that are put together from parts', () => {
    expect(allOf('', 'AWS')).toMatch(
      /^source holds "AWS"; it takes .*\n.*aws-account-id is empty; it takes /s,
    )
    expect(entries).toEqual(expect.arrayContaining(['… holds …; it takes …', '… is empty; it takes …']))
    const check = { of: 'users', lost: 9, baseline: 10, limit: 5 } as const
    const refusal = describeVerdict({ refused: true, checks: [check] }, { kind: 'percentage', value: 10 })
    expect(entries).toContain(refusal.replace('10%', '…').replace(/(?<=allows:).*/s, ''))
  })

  it('has no entry that no error begins with', () => {
    const own = [
      '… holds …; it takes …',
      '… is empty; it takes …',
      'More would be removed than max-removals (…) allows:',
    ]
    const stale = entries.filter(
      (entry) => !own.includes(entry) && !spelled.some(({ text }) => text.startsWith(entry)),
    )
    expect(stale).toEqual([])
  })

  it('has entries that say something, each once', () => {
    expect(entries.filter((entry) => entry.replace(/[…\W]/g, '').length < 6)).toEqual([])
    expect(new Set(entries).size).toBe(entries.length)
  })

  it('has no warning whose beginning is not in src/', () => {
    const code = readdirSync(fromRoot('src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(fromRoot(`src/${file}`), 'utf8'))
      .join('\n')
    const beginnings = [...warnings.matchAll(/^\| `([^`…]+?):? ?(?:…|`)/gm)].map(([, text = '']) => text)
    expect(beginnings.length).toBeGreaterThan(15)
    expect(beginnings.filter((text) => !code.includes(text))).toEqual([])
  })

  it('knows where the words are that it cannot read', () => {
    const files = sentences.filter(({ text }) => text === '…').map(({ where }) => where.replace(/:\d+$/, ''))
    expect([...new Set(files)].sort()).toEqual(ELSEWHERE)
  })

  it('would miss an error that has no entry', () => {
    const code = "throw new UserError('precondition', `The moon over ${place} is ` + 'blue.')"
    expect(sentencesOf('moon.ts', code)).toEqual([{ text: 'The moon over … is blue.', where: 'moon.ts:1' }])
  })
})

/** The error of these inputs. */
function allOf(account: string, source: string): string {
  try {
    parseActionSettings({ 'aws-account-id': account, source }, {})
  } catch (error) {
    return messageOf(error)
  }
  return ''
}
