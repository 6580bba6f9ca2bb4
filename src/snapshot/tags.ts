import type { StoreUser } from '../identity-center/identity-store.ts'
import { compareText } from './canonical.ts'

/**
 * The attributes that can be written as tags, in the order in which they are written: each with its values in AWS's terms.
 * Those of the enterprise extension see nothing else of a user; the extension is asked for only with one of them.
 */
export const TAGS = {
  Status: { enterprise: false, read: (user) => [user.UserStatus] },
  UserType: { enterprise: false, read: (user) => [user.UserType] },
  Title: { enterprise: false, read: (user) => [user.Title] },
  NickName: { enterprise: false, read: (user) => [user.NickName] },
  ProfileUrl: { enterprise: false, read: (user) => [user.ProfileUrl] },
  PreferredLanguage: { enterprise: false, read: (user) => [user.PreferredLanguage] },
  Locale: { enterprise: false, read: (user) => [user.Locale] },
  Timezone: { enterprise: false, read: (user) => [user.Timezone] },
  ExternalId: { enterprise: false, read: externalIds },
  Department: { enterprise: true, read: (extension) => [valueOf(extension, 'department')] },
  Division: { enterprise: true, read: (extension) => [valueOf(extension, 'division')] },
  Organization: { enterprise: true, read: (extension) => [valueOf(extension, 'organization')] },
  CostCenter: { enterprise: true, read: (extension) => [valueOf(extension, 'costcenter')] },
  EmployeeNumber: { enterprise: true, read: (extension) => [valueOf(extension, 'employeenumber')] },
  Manager: { enterprise: true, read: (extension) => [manager(extension)] },
} satisfies Record<string, Attribute>

export type TagName = keyof typeof TAGS
export const TAG_NAMES = Object.keys(TAGS) as readonly TagName[]

/** Values that are no text, no number, or empty count as absent. */
type Attribute =
  | { enterprise: false; read: (user: Omit<StoreUser, 'Extensions'>) => unknown[] }
  | { enterprise: true; read: (extension: object | undefined) => unknown[] }

/** What a tag reads of a user. */
export function readAttribute(name: TagName, user: StoreUser): unknown[] {
  const attribute: Attribute = TAGS[name]
  return attribute.enterprise
    ? attribute.read(user.Extensions?.['aws:identitystore:enterprise'])
    : attribute.read(user)
}

/** The ids without their issuers, in the order of issuer, then id. */
function externalIds({ ExternalIds = [] }: Omit<StoreUser, 'Extensions'>): unknown[] {
  return ExternalIds.map(({ Issuer = '', Id = '' }) => ({ Issuer, Id }))
    .sort((a, b) => compareText(a.Issuer, b.Issuer) || compareText(a.Id, b.Id))
    .map(({ Id }) => Id)
}

/** The extension names a manager by an object with `value`, the id of the manager (RFC 7643, section 4.3). */
function manager(extension: object | undefined): unknown {
  const entry = valueOf(extension, 'manager')
  return typeof entry === 'object' ? valueOf(entry, 'value') : entry
}

/** The value of a key, whatever its case; of keys that differ in case only, the first in order that has one. */
function valueOf(document: object | null | undefined, key: string): unknown {
  return Object.entries(document ?? {})
    .filter(([name, value]) => name.toLowerCase() === key && value !== '' && value !== null)
    .sort(([a], [b]) => compareText(a, b))[0]?.[1]
}
