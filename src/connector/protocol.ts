import { fromJSON } from '@grpc/proto-loader'

/**
 * The services that the Raito CLI (v0.72) and hashicorp/go-plugin (v1.6) call, as static descriptors: a bundle has no
 * .proto files beside it. Field numbers are those of raito-io/cli `proto/` and hashicorp/go-plugin `internal/plugin/`. Of
 * names, only those of services and methods travel; what is never sent or looked at is left out.
 */
export const PROTOCOL = fromJSON(
  {
    nested: {
      'util.plugin.InfoService': { methods: { GetInfo: unary('Empty', 'PluginInfo') } },
      'identity_store.IdentityStoreSyncService': {
        methods: {
          CliVersionInformation: unary('Empty', 'CliBuildInformation'),
          SyncIdentityStore: unary('IdentityStoreSyncConfig', 'IdentityStoreSyncResult'),
          GetIdentityStoreMetaData: unary('Empty', 'MetaData'),
        },
      },
      'grpc.health.v1.Health': { methods: { Check: unary('Empty', 'HealthCheckResponse') } },
      'plugin.GRPCController': { methods: { Shutdown: unary('Empty', 'Empty') } },
      'plugin.GRPCStdio': {
        methods: { StreamStdio: { ...unary('Empty', 'Empty'), responseStream: true } },
      },
      'plugin.GRPCBroker': {
        methods: { StartStream: { ...unary('Empty', 'Empty'), requestStream: true, responseStream: true } },
      },

      Empty: message({}),
      PluginInfo: message({
        name: field(1, 'string'),
        description: field(2, 'string'),
        version: field(3, 'SemVer'),
        parameters: { ...field(4, 'ParameterInfo'), rule: 'repeated' },
        tag_source: field(5, 'string'),
        type: { ...field(6, 'PluginType'), rule: 'repeated' },
      }),
      PluginType: { values: { PLUGIN_TYPE_UNKNOWN: 0, PLUGIN_TYPE_IS_SYNC: 2 } },
      ParameterInfo: message({
        name: field(1, 'string'),
        description: field(2, 'string'),
        mandatory: field(3, 'bool'),
      }),
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
      IdentityStoreSyncConfig: message({
        config_map: field(1, 'ConfigMap'),
        user_file: field(2, 'string'),
        group_file: field(3, 'string'),
      }),
      ConfigMap: message({ parameters: { ...field(1, 'string'), keyType: 'string' } }),
      // Without `error`: a status says what failed, and the CLI takes a present one for a failure too.
      IdentityStoreSyncResult: message({ user_count: field(2, 'int32'), group_count: field(3, 'int32') }),
      MetaData: message({
        type: field(1, 'string'),
        icon: field(2, 'string'),
        can_be_linked: field(3, 'bool'),
        can_be_master: field(4, 'bool'),
      }),
      HealthCheckResponse: message({ status: field(1, 'ServingStatus') }),
      ServingStatus: { values: { UNKNOWN: 0, SERVING: 1 } },
    },
  },
  { keepCase: true, longs: Number, enums: String, defaults: true },
)

function unary(requestType: string, responseType: string) {
  return { requestType, responseType, comment: '' }
}

function message<T extends object>(fields: T) {
  return { fields }
}

function field(id: number, type: string) {
  return { id, type }
}
