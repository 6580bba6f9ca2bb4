import type * as grpc from '@grpc/grpc-js'
import { fromJSON } from '@grpc/proto-loader'

/**
 * The services that the Raito CLI (v0.72) and hashicorp/go-plugin (v1.6) call, as static descriptors: a bundle has no
 * .proto files beside it. Field numbers are those of raito-io/cli `proto/` and hashicorp/go-plugin `internal/plugin/`.
 */
const definitions = fromJSON(
  {
    nested: {
      google: space({ protobuf: space({ Empty: message({}) }) }),
      grpc: space({
        health: space({
          v1: space({
            HealthCheckRequest: message({ service: field(1, 'string') }),
            HealthCheckResponse: message({ status: field(1, 'ServingStatus') }),
            ServingStatus: { values: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } },
            Health: service({ Check: unary('HealthCheckRequest', 'HealthCheckResponse') }),
          }),
        }),
      }),
      plugin: space({
        Empty: message({}),
        StdioData: message({ channel: field(1, 'int32'), data: field(2, 'bytes') }),
        ConnInfo: message({
          service_id: field(1, 'uint32'),
          network: field(2, 'string'),
          address: field(3, 'string'),
        }),
        GRPCController: service({ Shutdown: unary('Empty', 'Empty') }),
        GRPCStdio: service({
          StreamStdio: { ...unary('google.protobuf.Empty', 'StdioData'), responseStream: true },
        }),
        GRPCBroker: service({
          StartStream: { ...unary('ConnInfo', 'ConnInfo'), requestStream: true, responseStream: true },
        }),
      }),
      util: space({
        config: space({
          ConfigMap: message({ parameters: { keyType: 'string', type: 'string', id: 1 } }),
        }),
        error: space({
          ErrorResult: message({ error_message: field(1, 'string'), error_code: field(2, 'int32') }),
        }),
        version: space({
          SemVer: message({
            major: field(1, 'uint64'),
            minor: field(2, 'uint64'),
            patch: field(3, 'uint64'),
            prerelease: field(4, 'string'),
            build: field(5, 'string'),
          }),
          CliBuildInformation: message({
            cli_build_version: field(1, 'SemVer'),
            cli_minimal_version: field(2, 'SemVer'),
          }),
        }),
        plugin: space({
          PluginType: {
            values: {
              PLUGIN_TYPE_UNKNOWN: 0,
              PLUGIN_TYPE_FULL_DS_SYNC: 1,
              PLUGIN_TYPE_IS_SYNC: 2,
              PLUGIN_TYPE_TAG_SYNC: 3,
              PLUGIN_TYPE_RESOURCE_PROVIDER: 4,
            },
          },
          ParameterInfo: message({
            name: field(1, 'string'),
            description: field(2, 'string'),
            mandatory: field(3, 'bool'),
          }),
          PluginInfo: message({
            name: field(1, 'string'),
            description: field(2, 'string'),
            version: field(3, 'util.version.SemVer'),
            parameters: { ...field(4, 'ParameterInfo'), rule: 'repeated' },
            tag_source: field(5, 'string'),
            type: { ...field(6, 'PluginType'), rule: 'repeated' },
          }),
          InfoService: service({ GetInfo: unary('google.protobuf.Empty', 'PluginInfo') }),
        }),
      }),
      identity_store: space({
        IdentityStoreSyncConfig: message({
          config_map: field(1, 'util.config.ConfigMap'),
          user_file: field(2, 'string'),
          group_file: field(3, 'string'),
        }),
        IdentityStoreSyncResult: message({
          error: field(1, 'util.error.ErrorResult'),
          user_count: field(2, 'int32'),
          group_count: field(3, 'int32'),
        }),
        MetaData: message({
          type: field(1, 'string'),
          icon: field(2, 'string'),
          can_be_linked: field(3, 'bool'),
          can_be_master: field(4, 'bool'),
        }),
        IdentityStoreSyncService: service({
          CliVersionInformation: unary('google.protobuf.Empty', 'util.version.CliBuildInformation'),
          SyncIdentityStore: unary('IdentityStoreSyncConfig', 'IdentityStoreSyncResult'),
          GetIdentityStoreMetaData: unary('util.config.ConfigMap', 'MetaData'),
        }),
      }),
    },
  },
  { keepCase: true, longs: Number, enums: String, defaults: true },
)

/** What a server adds and a client calls, by the last part of its name. */
export const SERVICES = {
  Info: serviceNamed('util.plugin.InfoService'),
  IdentityStoreSync: serviceNamed('identity_store.IdentityStoreSyncService'),
  Health: serviceNamed('grpc.health.v1.Health'),
  Controller: serviceNamed('plugin.GRPCController'),
  Stdio: serviceNamed('plugin.GRPCStdio'),
  Broker: serviceNamed('plugin.GRPCBroker'),
}

export type Empty = Record<string, never>

export interface SemVer {
  major: number
  minor: number
  patch: number
  prerelease: string
  build: string
}

export interface PluginInfo {
  name: string
  description: string
  version: SemVer
  parameters: ParameterInfo[]
  tag_source: string
  type: ('PLUGIN_TYPE_FULL_DS_SYNC' | 'PLUGIN_TYPE_IS_SYNC' | 'PLUGIN_TYPE_TAG_SYNC')[]
}

export interface ParameterInfo {
  name: string
  description: string
  mandatory: boolean
}

/** Both versions must be there: a released CLI dereferences them without a look. */
export interface CliBuildInformation {
  cli_build_version: SemVer
  cli_minimal_version: SemVer
}

export interface MetaData {
  type: string
  icon: string
  can_be_linked: boolean
  can_be_master: boolean
}

export interface ConfigMap {
  parameters: Record<string, string>
}

export interface IdentityStoreSyncConfig {
  /** null where the message was absent */
  config_map: ConfigMap | null
  /** absolute paths */
  user_file: string
  group_file: string
}

/** Errors travel as gRPC status: a present `error` field, deprecated, would fail the sync too. */
export interface IdentityStoreSyncResult {
  user_count: number
  group_count: number
}

export interface HealthCheckResponse {
  status: 'SERVING'
}

function serviceNamed(name: string): grpc.ServiceDefinition {
  const definition = definitions[name]
  if (definition === undefined || 'format' in definition) throw new Error(`No service ${name} is described.`)
  return definition
}

function space<T extends object>(nested: T) {
  return { nested }
}

function message<T extends object>(fields: T) {
  return { fields, edition: 'proto3' }
}

function service<T extends object>(methods: T) {
  return { methods }
}

function field(id: number, type: string) {
  return { id, type }
}

function unary(requestType: string, responseType: string) {
  return { requestType, responseType, comment: '' }
}
