import { createServer, request as send } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { bodyOf, close, listen } from '../emulator/loopback.ts'

/** A request and its answer, whole. */
export interface Exchange {
  method: string
  /** With the query. */
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
  status: number
  answerHeaders: IncomingHttpHeaders
  answer: Buffer
}

export interface Proxy {
  url: string
  /** In the order of the answers. */
  exchanges: Exchange[]
  close(): Promise<void>
}

export interface ProxyOptions {
  /** Changes the body of a request on its way. */
  changeRequest?: (path: string, body: Buffer) => Buffer
  /** Changes an answer on its way. */
  changeAnswer?: (exchange: Exchange) => Partial<Pick<Exchange, 'status' | 'answer'>>
}

/**
 * Stands before a peer on loopback and keeps what went through. Headers, Host too, are handed on as they came; only in
 * Link headers its own address stands for the peer's, so that the next page comes through here too.
 */
export async function startProxy(target: string, options: ProxyOptions = {}): Promise<Proxy> {
  const exchanges: Exchange[] = []
  const server = createServer((request, response) => {
    void forward(request).then(
      (exchange) => {
        exchanges.push(exchange)
        const headers: IncomingHttpHeaders = {
          ...exchange.answerHeaders,
          'content-length': String(exchange.answer.length),
        }
        delete headers['transfer-encoding']
        const { link } = headers
        if (typeof link === 'string') headers['link'] = link.replaceAll(target, proxy.url)
        response.writeHead(exchange.status, headers).end(exchange.answer)
      },
      () => response.destroy(),
    )
  })

  async function forward(request: IncomingMessage): Promise<Exchange> {
    const { method = 'GET', url: path = '/', headers } = request
    const received = await bodyOf(request)
    const body = options.changeRequest?.(path, received) ?? received
    const changed = headers['content-length'] === undefined ? {} : { 'content-length': String(body.length) }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      send(new URL(path, target), { method, headers: { ...headers, ...changed } }, resolve)
        .once('error', reject)
        .end(body)
    })
    const exchange = {
      method,
      path,
      headers,
      body,
      status: answer.statusCode ?? 502,
      answerHeaders: answer.headers,
      answer: await bodyOf(answer),
    }
    return { ...exchange, ...options.changeAnswer?.(exchange) }
  }

  const proxy: Proxy = { url: await listen(server), exchanges, close: () => close(server) }
  return proxy
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const { port } = new URL(await listen(server))
  await close(server)
  return Number(port)
}
