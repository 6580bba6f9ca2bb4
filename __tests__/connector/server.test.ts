import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import * as grpc from '@grpc/grpc-js'
import fc from 'fast-check'
import { leaveWithParent } from '../../src/connector/parent.ts'
import { PROTOCOL } from '../../src/connector/protocol.ts'
import { goPluginLog, openEndpoint, serve } from '../../src/connector/server.ts'
import type { ConnectorService } from '../../src/connector/service.ts'

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

describe('the endpoint of the server', () => {
  it('is on 127.0.0.1 on Windows, for which there is no Raito CLI', () => {
    expect(openEndpoint('win32').address).toBe('127.0.0.1:0')
  })
})

describe('a call that is under way when the CLI asks to shut down', () => {
  it('is cancelled, so that the connector can leave', async () => {
    let begin: () => void = () => undefined
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const syncIdentityStore = () => {
      begin()
      return new Promise(() => undefined)
    }
    const ignore = () => undefined
    const log = { debug: ignore, info: ignore, warning: ignore }
    const endpoint = openEndpoint()
    const left = new Promise<void>((resolve) => {
      const service = { syncIdentityStore } as unknown as ConnectorService
      void serve(service, endpoint, log, resolve)
    })
    const call = (name: string, method: string) => {
      const definition = PROTOCOL[name] as grpc.ServiceDefinition
      const client = new (grpc.makeGenericClientConstructor(definition, name))(
        endpoint.address,
        grpc.credentials.createInsecure(),
        { 'grpc.use_local_subchannel_pool': 1 },
      )
      return new Promise<unknown>((resolve) => {
        client[method]?.({}, (error: grpc.ServiceError | null, answer: unknown) => {
          client.close()
          resolve(error?.code ?? answer)
        })
      })
    }
    try {
      const sync = call('identity_store.IdentityStoreSyncService', 'syncIdentityStore')
      await begun
      expect(await call('plugin.GRPCController', 'shutdown')).toEqual({})
      expect(await sync).toBe(grpc.status.CANCELLED)
      await left
    } finally {
      endpoint.remove()
    }
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

  const stats = (self: string, first: string) => (id: string) => (id === 'self' ? self : first)
  const unreadable = () => {
    throw new Error('ENOENT')
  }
  it.each<[string, boolean, number, (id: string) => string]>([
    ['has changed since the very start', true, 100, unreadable],
    ['adopts orphans, of another group', true, 1, stats('9 (node) S 1 9', '1 (init) S 0 1')],
    ['adopts orphans, where nobody tells of groups', true, 1, unreadable],
    ['is the first process of its container', false, 1, stats('9 (a) S 1 7) S 1 1 9', '1 (raito) S 0 1 1')],
  ])('where the parent %s, leaves at once: %p', (_what, isLeft, atStart, statOf) => {
    const leave = jest.fn()
    leaveWithParent({ atStart, now: () => 1, statOf }, leave)
    expect([leave.mock.calls.length, jest.getTimerCount()]).toEqual(isLeft ? [1, 0] : [0, 1])
  })
})
