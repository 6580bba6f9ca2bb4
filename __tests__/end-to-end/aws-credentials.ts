import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACCOUNT } from '../../emulator/organization.ts'

/** Takes away the keys that the emulator's environment holds. */
export const withoutKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }

export const roleArn = `arn:aws:iam::${ACCOUNT}:role/identity-sync`

/** A home with these shared AWS files. */
export function sharedFiles(files: { config?: string; credentials?: string }): { home: string } {
  const home = mkdtempSync(join(tmpdir(), 'home-'))
  mkdirSync(join(home, '.aws'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(home, '.aws', name), content)
  return { home }
}

/** A profile of the shared credentials file. */
export function profile(name: string, key: { accessKeyId: string; secretAccessKey: string }): string {
  return `[${name}]\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`
}

/** The variables of a job that takes the role with a web identity. */
export function webIdentity(): Record<string, string> {
  const file = join(mkdtempSync(join(tmpdir(), 'token-')), 'token')
  writeFileSync(file, 'header.claims.signature')
  return { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: roleArn }
}
