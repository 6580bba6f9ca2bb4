import type { RemovalLimit } from '../settings.ts'
import { parseRemovalLimit } from '../settings.ts'
import { UserError } from '../errors.ts'
import type { Reading, SyncSettings } from './sync.ts'

/** To be replaced by the settings parser of both programs (src/settings.ts). */
export function parseConnectorParameters(raw: Record<string, string>): SyncSettings {
  const accountId = raw['aws-account-id'] ?? ''
  const wrong: string[] = []
  if (!/^\d{12}$/.test(accountId)) wrong.push('aws-account-id takes the 12 digits of an account, quoted.')
  const limit = parseRemovalLimit(raw['max-removals'] ?? '10%')
  if (limit === undefined) wrong.push('max-removals takes a number or a percentage.')
  const maxRemovals: RemovalLimit = limit ?? { kind: 'number', value: 0 }
  if (wrong.length > 0) throw new UserError('parameters', wrong.join('\n'))
  const source = raw['source'] ?? 'aws'
  return {
    accountId,
    source: source === 'aws' ? { kind: 'aws' } : { kind: 'directory', path: source },
    baseline: raw['baseline'],
    maxRemovals,
  }
}

/** To be replaced by the reading of AWS (src/identity-center/). */
export function readAws(): Promise<Reading> {
  throw new Error('The reading of AWS is not wired yet.')
}
