import { NormalizedSchema } from '@smithy/core/schema'
import { ServiceError } from './faults.ts'

/** What AWS answers since the SDK's version of its description. */
const NEWER = ['UserArn', 'GroupArn', 'MembershipArn', 'Revision']

/** The SDK's own description of every operation, to check what it sends and what it is given. */
export interface Schemas {
  /** Throws the SerializationException that the service would answer; `target` is the header x-amz-target. */
  checkInput: (target: unknown, input: unknown) => void
  /** What is wrong with an answer, if anything. */
  complaintAboutOutput: (target: unknown, output: unknown) => string | undefined
}

/** Lengths, patterns and ranges are not in these schemas; names, types and required members are. */
export function loadSchemas(): Promise<Schemas> {
  return (schemas ??= readSchemas())
}

let schemas: Promise<Schemas> | undefined

async function readSchemas(): Promise<Schemas> {
  const [identityStore, identityCenter, organizations] = await Promise.all([
    import('@aws-sdk/client-identitystore'),
    import('@aws-sdk/client-sso-admin'),
    import('@aws-sdk/client-organizations'),
  ])
  const operations = new Map<string, OperationSchema>()
  collect(operations, 'AWSIdentityStore', identityStore)
  collect(operations, 'SWBExternalService', identityCenter)
  collect(operations, 'AWSOrganizationsV20161128', organizations)
  const find = (target: unknown): OperationSchema => {
    const operation = operations.get(String(target))
    if (operation === undefined)
      throw new ServiceError('UnknownOperationException', `Unknown: ${String(target)}`)
    return operation
  }
  return {
    checkInput: (target, input) => {
      const complaint = complaintAbout(schemaOf(find(target)[4]), input, 'input')
      if (complaint !== undefined) throw new ServiceError('SerializationException', complaint)
    },
    complaintAboutOutput: (target, output) => complaintAbout(schemaOf(find(target)[5]), output, 'output'),
  }
}

/** Kind (9 is an operation), namespace, name, traits, input, output: the SDK's static form of a schema. */
type OperationSchema = [
  kind: 9,
  namespace: string,
  name: string,
  traits: unknown,
  input: unknown,
  output: unknown,
]

function collect(operations: Map<string, OperationSchema>, service: string, module: object): void {
  for (const value of Object.values(module) as unknown[]) {
    if (Array.isArray(value) && value[0] === 9) {
      // Checked by its first element, which nothing else has.
      const operation = value as OperationSchema
      operations.set(`${service}.${operation[2]}`, operation)
    }
  }
}

function schemaOf(schema: unknown): NormalizedSchema {
  // The SDK's own code passes these same values, some of them behind a function; its type of them is not exported.
  return NormalizedSchema.of(
    (typeof schema === 'function' ? (schema as () => unknown)() : schema) as Parameters<
      typeof NormalizedSchema.of
    >[0],
  )
}

function complaintAbout(schema: NormalizedSchema, value: unknown, path: string): string | undefined {
  if (value === null || value === undefined) return undefined
  if (schema.isStructSchema()) {
    if (typeof value !== 'object' || Array.isArray(value)) return `${path}: an object is expected`
    // The fifth and the seventh element of a structure's static form: its names, and how many of them are required.
    const form = schema.getSchema() as unknown as unknown[]
    const names = form[4] as string[]
    const required = (form[6] as number | undefined) ?? 0
    // Any object can be looked at by its keys.
    const members = value as Record<string, unknown>
    const unknown = Object.keys(members).find(
      (name) => ![...names, ...(path.startsWith('output') ? NEWER : [])].includes(name),
    )
    if (unknown !== undefined) return `${path}: ${unknown} is unknown`
    const missing = names.slice(0, required).find((name) => members[name] === undefined)
    if (missing !== undefined) return `${path}: ${missing} is missing`
    for (const [name, member] of schema.structIterator()) {
      const complaint = complaintAbout(member, members[name], `${path}.${name}`)
      if (complaint !== undefined) return complaint
    }
    return undefined
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return `${path}: a list is expected`
    for (const [n, item] of value.entries()) {
      const complaint = complaintAbout(schema.getValueSchema(), item, `${path}[${String(n)}]`)
      if (complaint !== undefined) return complaint
    }
    return undefined
  }
  if (schema.isStringSchema() && typeof value !== 'string') return `${path}: a string is expected`
  if (schema.isNumericSchema() && typeof value !== 'number') return `${path}: a number is expected`
  if (schema.isBooleanSchema() && typeof value !== 'boolean') return `${path}: true or false is expected`
  return undefined
}
