import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceError } from './faults.ts'

/** One request, as faults and the log see it. */
export interface Call {
  service: 'sts' | 'sso' | 'organizations' | 'identitystore' | 'imds' | 'container'
  operation: string
  /** The JSON input, or the parameters of the query. */
  input: Record<string, unknown>
  /** The region of the credential scope; empty where the request is not signed. */
  region: string
  accessKeyId: string
  /** The number of this call among those of its operation, from 1. */
  count: number
}

/** What goes back, and what becomes of it on its way. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  transport?: Transport
  /** milliseconds on top of the latency */
  slow?: number
}

/** How an answer is spoilt on its way. */
export type Transport = 'reset' | 'cut' | 'truncated' | 'empty' | 'hang' | 'stall'

/** What the header `authorization` says; everything is empty where the request is not signed. */
export function signatureOf(request: IncomingMessage): {
  accessKeyId: string
  date: string
  region: string
  service: string
  headers: string[]
} {
  const [, accessKeyId = '', date = '', region = '', service = '', headers = ''] =
    SIGNATURE.exec(request.headers.authorization ?? '') ?? []
  return { accessKeyId, date, region, service, headers: headers.split(';') }
}

/** Which operation of which service is called, by path, target or parameter. */
export function callOf(request: IncomingMessage, body: string): Call {
  const { accessKeyId, region } = signatureOf(request)
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const base = { region, accessKeyId, count: 0 }
  if (path.startsWith('/latest/')) return { ...base, service: 'imds', operation: `imds ${path}`, input: {} }
  if (request.method === 'GET')
    return { ...base, service: 'container', operation: `container ${path}`, input: {} }
  const target = request.headers['x-amz-target']
  if (typeof target === 'string') {
    const [service, operation = ''] = target.split('.')
    return {
      ...base,
      service: SERVICES[service ?? ''] ?? 'identitystore',
      operation,
      input: inputOf(body),
    }
  }
  const parameters = Object.fromEntries(new URLSearchParams(body))
  return { ...base, service: 'sts', operation: parameters.Action ?? '', input: parameters }
}

/** A member of an input as text: that of another type is as good as absent. */
export function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise
}

export function json(status: number, output: unknown): Answer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output) }
}

export function xml(operation: string, result: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body:
      `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${result}</${operation}Result>` +
      `<ResponseMetadata><RequestId>emulator</RequestId></ResponseMetadata></${operation}Response>`,
  }
}

/** An error in the form of the service that was called. */
export function errorAnswer(call: Call, error: ServiceError): Answer {
  if (call.service === 'sts') {
    return {
      status: error.status,
      headers: { 'content-type': 'text/xml', ...error.headers },
      body:
        `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${error.type}</Code>` +
        `<Message>${escapeXml(error.message)}</Message></Error><RequestId>emulator</RequestId></ErrorResponse>`,
    }
  }
  const answer = json(error.status, { __type: error.wireType, Message: error.message, ...error.members })
  return { ...answer, headers: { ...answer.headers, ...error.headers } }
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

export function send(response: ServerResponse, answer: Answer): void {
  const { socket } = response
  if (answer.transport === 'hang') return
  if (answer.transport === 'reset') {
    socket?.destroy()
    return
  }
  const whole = Buffer.from(answer.transport === 'empty' ? '' : answer.body)
  const half = whole.subarray(0, Math.floor(whole.length / 2))
  const sent = answer.transport === 'truncated' ? half : whole
  response.writeHead(answer.transport === 'empty' ? 200 : answer.status, {
    ...answer.headers,
    'content-length': String(sent.length),
    'x-amzn-requestid': `00000000-0000-4000-8000-${String(++requestNumber).padStart(12, '0')}`,
  })
  if (answer.transport === 'stall') {
    response.write(half)
    return
  }
  if (answer.transport === 'cut') {
    response.write(half, () => socket?.destroy())
    return
  }
  response.end(sent)
}

/** The service by the prefix of its targets. */
const SERVICES: Partial<Record<string, Call['service']>> = {
  SWBExternalService: 'sso',
  AWSOrganizationsV20161128: 'organizations',
}

const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/

let requestNumber = 0

function inputOf(body: string): Record<string, unknown> {
  try {
    const input: unknown = JSON.parse(body)
    // Objects with string keys are what is left.
    return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
