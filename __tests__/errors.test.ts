import { describe, expect, it } from '@jest/globals'
import { framesOf } from '../src/errors.ts'

describe('framesOf', () => {
  const place = /^ {4}at .*errors\.test\.ts:\d+:\d+\)?$/

  it.each<[string, Error]>([
    ['one line', new TypeError('Ann Example')],
    [
      'lines that begin as a frame does',
      new RangeError('x\n    at Ann Example (ann@example.com)\n    at Ann'),
    ],
    ['a line as of the name of the error', new Error('E\n    at Ann Example')],
    ['nothing', new Error('')],
  ])('gives the name and the frames of an error whose message is %s, not the message', (_, error) => {
    const [name, first, ...frames] = framesOf(error).split('\n')
    expect([name, first]).toEqual([error.name, expect.stringMatching(place)])
    expect(frames.filter((frame) => !frame.startsWith('    at '))).toEqual([])
    expect(framesOf(error)).not.toMatch(/Ann/)
  })

  it('gives the name alone where the message was changed meanwhile', () => {
    const error = new Error('x\n    at Ann Example')
    expect(error.stack).toContain('at Ann')
    error.message = 'another'
    expect(framesOf(error)).toBe('Error')
  })

  it('gives the type of what is no error', () => {
    expect(framesOf('Ann')).toBe('string')
  })
})
