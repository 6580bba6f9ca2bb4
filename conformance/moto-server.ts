import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Credentials } from '@aws-sdk/client-sts'
import { freePort } from './proxy.ts'

export const REGION = 'eu-west-1'
/** Moto's own account, and others that a role leads to. */
export const ACCOUNT = '123456789012'
export const OTHER_ACCOUNT = '111122223333'
export const THIRD_ACCOUNT = '444455556666'
export const KEYS: Keys = { accessKeyId: 'testing', secretAccessKey: 'testing' }

export interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/** Of what STS gives. */
export function keysOf(credentials: Credentials | undefined): Keys {
  return {
    accessKeyId: credentials?.AccessKeyId ?? '',
    secretAccessKey: credentials?.SecretAccessKey ?? '',
    sessionToken: credentials?.SessionToken ?? '',
  }
}

export async function startMoto(packages: string): Promise<{ url: string; close: () => void }> {
  const port = await freePort()
  const server = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    env: { ...process.env, PYTHONPATH: packages },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  server.stderr.on('data', (text: Buffer) => (output += text.toString()))
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 150; attempt++) {
    if (server.exitCode !== null) break
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined)
    if (answer?.ok) return { url, close: () => void server.kill() }
    await pause(200)
  }
  server.kill()
  throw new Error(`moto did not start:\n${output}`)
}

/** From here on moto looks at signatures and policies. */
export async function enforceIam(endpoint: string): Promise<void> {
  await post(`${endpoint}/moto-api/reset-auth`, '0', { 'content-type': 'text/plain' })
}

/** A call of AWS's query protocol; moto finds service and account by the header, and looks at the signature only when told to. */
export function query(
  endpoint: string,
  service: string,
  { accessKeyId }: Keys,
  parameters: Record<string, string>,
): Promise<string> {
  return post(endpoint, new URLSearchParams(parameters).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
  })
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<string> {
  const answer = await fetch(url, { method: 'POST', body, headers })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`moto answered ${answer.status} to ${url}: ${text}`)
  return text
}
