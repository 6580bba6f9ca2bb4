import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { leaveWithParent } from '../../src/connector/parent.ts'
import { goPluginLog, openPlace } from '../../src/connector/server.ts'

describe('the log', () => {
  const now = () => new Date('2026-01-02T03:04:05.678Z')

  it('is one JSON object a line, in the form that go-plugin takes, at the level of the CLI', () => {
    const lines: string[] = []
    const log = goPluginLog((line) => lines.push(line), now)
    log.debug('one')
    log.info('two')
    log.warning('three')
    expect(lines).toEqual([
      '{"@level":"debug","@message":"one","@timestamp":"2026-01-02T03:04:05.678000Z"}\n',
      '{"@level":"info","@message":"two","@timestamp":"2026-01-02T03:04:05.678000Z"}\n',
      '{"@level":"warn","@message":"three","@timestamp":"2026-01-02T03:04:05.678000Z"}\n',
    ])
  })

  it('keeps every message on one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        const lines: string[] = []
        goPluginLog((line) => lines.push(line), now).info(message)
        const [line = ''] = lines
        expect(line.indexOf('\n')).toBe(line.length - 1)
        expect(JSON.parse(line)).toMatchObject({ '@message': message })
      }),
      { seed: 7 },
    )
  })
})

describe('the place of the server', () => {
  it('is on 127.0.0.1 on Windows, for which there is no Raito CLI', () => {
    expect(openPlace('win32').address).toBe('127.0.0.1:0')
  })
})

describe('leaving with the parent', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  it('stays while the parent is the same, and leaves once when it is another', () => {
    let parent = 100
    const leave = jest.fn()
    leaveWithParent({ atStart: 100, now: () => parent }, leave)
    jest.advanceTimersByTime(60_000)
    expect(leave).not.toHaveBeenCalled()
    parent = 1
    jest.advanceTimersByTime(60_000)
    expect(leave).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['has changed since the very start', 100, 1],
    ['is the one that adopts orphans from the start', 1, 1],
  ])('leaves at once where the parent %s', (_what, atStart, now) => {
    const leave = jest.fn()
    leaveWithParent({ atStart, now: () => now }, leave)
    expect(leave).toHaveBeenCalledTimes(1)
    expect(jest.getTimerCount()).toBe(0)
  })
})
