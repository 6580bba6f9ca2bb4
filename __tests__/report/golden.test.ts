import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { COMMENT_BUDGET, renderComment, renderSummary } from '../../src/report/report.ts'
import { SCENARIOS } from '../fixtures/report-inputs.ts'

const MARKER = '<!-- marker -->'

describe('the text that people see', () => {
  it.each(Object.keys(SCENARIOS))('of the comment for %s is the golden file', (name) => {
    const comment = renderComment(scenario(name), MARKER)
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(COMMENT_BUDGET)
    expectGolden(`${name}.comment.md`, comment)
  })

  it.each(['no-baseline', 'scheduled-run', 'scheduled-counts', 'counts-only'])(
    'of the summary for %s is the golden file',
    (name) => {
      expectGolden(`${name}.summary.md`, renderSummary(scenario(name)))
    },
  )

  it('of a comment whose changes have gone is the golden file', () => {
    expectGolden('no-changes-any-more.comment.md', renderComment(scenario('no-changes'), MARKER, true))
  })
})

function scenario(name: string) {
  const input = SCENARIOS[name]
  if (input === undefined) throw new Error(`no scenario ${name}`)
  return input
}

/** UPDATE_GOLDEN=1 writes the files anew; read the difference before you commit it. */
function expectGolden(file: string, text: string) {
  const url = new URL(`golden/${file}`, import.meta.url)
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(new URL('.', url), { recursive: true })
    writeFileSync(url, text)
  }
  expect(text).toBe(readFileSync(url, 'utf8'))
}
