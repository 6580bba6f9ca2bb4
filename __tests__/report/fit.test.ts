import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import type { LeftOut, Part } from '../../src/report/fit.ts'
import { fit } from '../../src/report/fit.ts'

const notice = (leftOut: readonly LeftOut[]) =>
  `left out: ${leftOut.map(({ title, missing, total }) => `${title} ${String(missing)}/${String(total)}`).join(', ')}`

/** A part whose entries are one letter each. */
function part(title: string, rank: number, lengths: number[]): Part {
  const total = lengths.at(-1) ?? 0
  return {
    title,
    rank,
    total,
    forms: lengths.map((lists) => (room) => {
      const text = title + 'x'.repeat(lists)
      return Buffer.byteLength(text) <= room ? { text, lists } : undefined
    }),
  }
}

describe('fit', () => {
  it('shows everything, and says nothing of what is left out, where there is room', () => {
    expect(fit(1000, 'head', [part('a', 1, [1, 5]), part('b', 0, [2])], 'foot', notice)).toBe(
      'head\n\naxxxxx\n\nbxx\n\nfoot\n',
    )
  })

  it('leaves out the least important part first, and says so', () => {
    const parts = [part('a', 1, [20]), part('b', 0, [20])]
    expect(fit(75, 'head', parts, 'foot', notice)).toBe(
      `head\n\nleft out: a 20/20\n\nb${'x'.repeat(20)}\n\nfoot\n`,
    )
  })

  it('does not let a long list push out a short one', () => {
    const text = fit(100, 'head', [part('a', 0, [10, 90]), part('b', 1, [10])], '', notice)
    expect(text).toContain('\n\nbxxxxxxxxxx\n')
    expect(text).toContain('left out: a 80/90')
  })

  it('takes a longer form only after every part has had the shorter one', () => {
    const text = fit(90, 'head', [part('a', 0, [5, 30]), part('b', 1, [5, 30])], '', notice)
    expect(text).toContain(`\n\na${'x'.repeat(30)}\n\nbxxxxx\n`)
  })

  it('gives the room of a shorter form to the longer one in its place', () => {
    const text = fit(80, 'head', [part('a', 0, [10, 20]), part('b', 1, [10, 20])], '', notice)
    expect(text).toBe(`head\n\na${'x'.repeat(20)}\n\nb${'x'.repeat(20)}\n`)
  })

  it('keeps to any budget that holds head, foot and notice, in bytes', () => {
    const anyPart = fc.record({
      rank: fc.nat(3),
      steps: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
    })
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 5 }), fc.integer({ min: 0, max: 300 }), (list, more) => {
        const parts = list.map(({ rank, steps }, i) => {
          const lengths = [...new Set(steps)].sort((a, b) => a - b)
          return { ...part(`é${String(i)}`, rank, lengths), lengths }
        })
        const nothing = parts.map((one) => ({ ...one, forms: [] }))
        const budget = Buffer.byteLength(fit(0, 'hëad', nothing, 'foot', notice)) + more
        const text = fit(budget, 'hëad', parts, 'foot', notice)
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(budget)
        for (const p of parts) {
          const shown = text.split('\n\n').find((line) => line.startsWith(p.title))
          const lists = shown === undefined ? 0 : shown.length - p.title.length
          expect([0, ...p.lengths]).toContain(lists)
          expect(text.includes(`${p.title} ${String(p.total - lists)}/${String(p.total)}`)).toBe(
            lists < p.total,
          )
        }
      }),
      { seed: 20260505, numRuns: 400 },
    )
  })
})
